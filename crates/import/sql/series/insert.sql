insert into series (account_id, id, name, name_key, folder, pattern, schedule, settings, brakes, next_at, saved_by,
  saved_by_name, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
