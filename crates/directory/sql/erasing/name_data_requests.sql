update data_requests
set asked_by_name = (select min(x.word) from staged_words x where x.user_id = data_requests.asked_by)
where account_id = $1
  and asked_by in (select s.id from staged_ids s)
