update series
set saved_by_name = (select min(x.word) from staged_words x where x.user_id = series.saved_by)
where account_id = $1
  and saved_by in (select s.id from staged_ids s)
