update module_seats
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from module_seats k
    where k.account_id = $1
      and k.user_id = $2
      and k.module_key = module_seats.module_key
  )
