-- An import overwrites, and an undo takes back, only what is still as they saw it.
update users
set version = version + 1, updated_at = $2
where account_id = $1
  and id in (select s.id from staged_ids s)
