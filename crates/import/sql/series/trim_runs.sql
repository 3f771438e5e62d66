-- Runs that made an import say which series it belongs to, and stay.
delete from series_runs
where account_id = $1
  and series_id = $2
  and import_id is null
  and id not in (
    select id
    from series_runs
    where account_id = $1
      and series_id = $2
    order by id desc
    limit 50
  )
