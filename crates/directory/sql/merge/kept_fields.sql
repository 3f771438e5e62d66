update kept_fields
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from kept_fields k
    where k.account_id = $1
      and k.user_id = $2
      and k.field = kept_fields.field
  )
