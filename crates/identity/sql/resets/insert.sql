insert into password_resets (token_hash, identity_id, channel, recipient, state, created_at, expires_at)
values ($1, $2, $3, $4, 'open', $5, $6)
