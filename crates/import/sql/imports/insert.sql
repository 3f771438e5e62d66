insert into imports (account_id, id, number, name, state, rev, preset, settings, content_hash, source_name,
  source_bytes, id_base, stage, created_by, created_by_name, created_at, updated_at)
values ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11, 'reading', $12, $13, $14, $14)
