update import_departures_kept
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from import_departures_kept k
    where k.account_id = $1
      and k.user_id = $2
      and k.import_id = import_departures_kept.import_id
  )
