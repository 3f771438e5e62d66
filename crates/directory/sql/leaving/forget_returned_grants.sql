-- What is in force again was never taken away.
delete from revoked_grants
where account_id = $1
  and user_id in (select s.id from staged_ids s)
  and revoked_at = (
    select d.deleted_at
    from deleted_users d
    where d.account_id = $1
      and d.user_id = revoked_grants.user_id
  )
  and exists (
    select 1
    from grants g
    where g.account_id = $1
      and g.user_id = revoked_grants.user_id
      and g.device_id = revoked_grants.device_id
  )
