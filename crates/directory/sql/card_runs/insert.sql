insert into card_runs (account_id, id, source, import_id, starts_at, ends_at, state, begun_by, begun_by_name, created_at)
values ($1, $2, $3, $4, $5, $6, 'running', $7, $8, $9)
