update series_people
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from series_people k
    where k.account_id = $1
      and k.user_id = $2
      and k.series_id = series_people.series_id
  )
