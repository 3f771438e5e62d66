delete from user_views
where account_id = $1
  and id = $2
