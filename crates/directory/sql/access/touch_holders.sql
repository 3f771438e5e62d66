update users
set version = version + 1, updated_at = $3
where account_id = $1
  and id in (select g.user_id from grants g where g.account_id = $1 and g.device_id = $2)
