update imports
set created_by_name = (select min(x.word) from staged_words x where x.user_id = imports.created_by)
where account_id = $1
  and created_by in (select s.id from staged_ids s)
