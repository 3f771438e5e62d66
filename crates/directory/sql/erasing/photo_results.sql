update photo_results
set name = 'photo', reason = '', user_id = null
where account_id = $1
  and user_id in (select s.id from staged_ids s)
