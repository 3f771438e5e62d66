update invitation_waves
set begun_by_name = (select min(x.word) from staged_words x where x.user_id = invitation_waves.begun_by)
where account_id = $1
  and begun_by in (select s.id from staged_ids s)
