delete from series_people
where account_id = $1
  and user_id = $2
