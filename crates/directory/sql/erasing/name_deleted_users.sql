update deleted_users
set deleted_by_name = (select min(x.word) from staged_words x where x.user_id = deleted_users.deleted_by)
where account_id = $1
  and deleted_by in (select s.id from staged_ids s)
