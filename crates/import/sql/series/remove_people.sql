delete from series_people
where account_id = $1
  and series_id = $2
