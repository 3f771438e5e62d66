insert into identities (
  id, email, email_key, phone, password_hash, email_verified_at, phone_verified_at, created_at, updated_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
