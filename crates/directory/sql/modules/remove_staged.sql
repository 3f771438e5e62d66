delete from module_seats
where account_id = $1
  and module_key = $2
  and user_id in (select s.id from staged_ids s)
