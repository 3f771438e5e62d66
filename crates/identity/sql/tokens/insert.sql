insert into api_tokens (account_id, id, user_id, name, name_key, scopes, token_hash, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
