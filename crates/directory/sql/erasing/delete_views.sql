delete from user_views
where account_id = $1
  and owner_id in (select s.id from staged_ids s)
