delete from users
where account_id = $1
  and id in (select s.id from staged_ids s)
