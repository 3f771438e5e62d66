insert into sessions (
  id, identity_id, account_id, user_id, token_hash, user_agent, address, created_at, last_seen_at, expires_at,
  app_version, app_version_key
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)
