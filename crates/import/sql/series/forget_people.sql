delete from series_people
where account_id = $1
  and import_id = $2
