update import_edits
set made_by_name = (select min(x.word) from staged_words x where x.user_id = import_edits.made_by)
where account_id = $1
  and made_by in (select s.id from staged_ids s)
