insert into data_requests (account_id, id, user_id, asked_by, asked_by_name, state, created_at)
values ($1, $2, $3, $4, $5, 'queued', $6)
on conflict do nothing
