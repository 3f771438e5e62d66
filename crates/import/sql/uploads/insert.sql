insert into uploads (account_id, id, name, size_bytes, received_bytes, created_by_name, created_at)
values ($1, $2, $3, $4, 0, $5, $6)
