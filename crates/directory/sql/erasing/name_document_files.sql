update document_files
set user_name = (select min(x.word) from staged_words x where x.user_id = document_files.user_id)
where account_id = $1
  and user_id in (select s.id from staged_ids s)
