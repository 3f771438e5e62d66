update card_runs
set begun_by_name = (select min(x.word) from staged_words x where x.user_id = card_runs.begun_by)
where account_id = $1
  and begun_by in (select s.id from staged_ids s)
