insert into document_files (account_id, document_id, number, id, name, media_type, size_bytes, hash, user_id, user_name,
  created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
