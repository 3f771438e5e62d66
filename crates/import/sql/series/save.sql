update series set
  rev = $3 + 1,
  name = $4,
  name_key = $5,
  folder = $6,
  pattern = $7,
  schedule = $8,
  settings = $9,
  brakes = $10,
  paused = $11,
  next_at = $12,
  saved_by = $13,
  saved_by_name = $14,
  updated_at = $15
where account_id = $1
  and id = $2
  and rev = $3
