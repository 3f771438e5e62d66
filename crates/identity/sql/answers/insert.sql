insert into api_answers (account_id, token_id, key_hash, request_hash, status, body, headers, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (account_id, token_id, key_hash) do nothing
