delete from card_run_people
where account_id = $1
  and run_id = $2
  and user_id in (select s.id from staged_ids s)
