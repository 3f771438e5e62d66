update documents
set state = $4, step_id = $5, note = $6, files = $7, version = version + 1, updated_at = $8
where account_id = $1
  and id = $2
  and version = $3
