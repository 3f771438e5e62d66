-- Whoever looks at an older version is told.
update users
set version = version + 1, updated_at = $2
where account_id = $1
  and id in (select s.id from staged_ids s)
