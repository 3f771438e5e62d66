insert into photo_batches (
  account_id, id, source_name, recognise, replace_existing, state, begun_by, begun_by_name, created_at
)
values ($1, $2, $3, $4, $5, 'running', $6, $7, $8)
