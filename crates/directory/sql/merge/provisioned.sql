-- What a provider calls the other one, unless one calls the kept person something already.
update provisioned_users
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from provisioned_users k
    where k.account_id = $1
      and k.user_id = $2
  )
