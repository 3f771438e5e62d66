update users
set identity_id = $3, status = 'active', version = version + 1, updated_at = $4
where account_id = $1
  and id = $2
  and status = 'invited'
  and identity_id is null
  and not exists (
    select 1
    from users other
    where other.account_id = $1
      and other.identity_id = $3
  )
