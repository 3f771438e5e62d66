delete from user_views
where account_id = $1
  and owner_id = $2
