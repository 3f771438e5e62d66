update document_files
set user_id = $2
where account_id = $1
  and user_id = $3
