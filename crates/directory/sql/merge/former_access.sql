update revoked_grants
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from revoked_grants k
    where k.account_id = $1
      and k.user_id = $2
      and k.device_id = revoked_grants.device_id
      and k.revoked_at = revoked_grants.revoked_at
  )
