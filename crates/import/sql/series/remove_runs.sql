delete from series_runs
where account_id = $1
  and series_id = $2
