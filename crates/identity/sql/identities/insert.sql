insert into identities (id, email, email_key, password_hash, created_at, updated_at)
values ($1, $2, $3, $4, $5, $5)
