insert into jobs (id, account_id, kind, group_key, payload, state, run_at, created_at)
values ($1, $2, $3, $4, $5, 'queued', $6, $7)
