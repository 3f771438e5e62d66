update user_views
set owner_id = $2
where account_id = $1
  and owner_id = $3
  and not exists (
    select 1
    from user_views k
    where k.account_id = $1
      and k.owner_id = $2
      and k.name_key = user_views.name_key
  )
