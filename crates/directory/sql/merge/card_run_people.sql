update card_run_people
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from card_run_people k
    where k.account_id = $1
      and k.user_id = $2
      and k.run_id = card_run_people.run_id
  )
