insert into sign_in_steps (token_hash, identity_id, account_id, created_at, expires_at)
values ($1, $2, $3, $4, $5)
