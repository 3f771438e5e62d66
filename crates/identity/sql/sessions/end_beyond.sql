-- The earliest sign-ins beyond the $2 latest.
update sessions
set end_reason = 'limit'
where identity_id = $1
  and end_reason is null
  and id not in (
    select id
    from sessions
    where identity_id = $1
      and end_reason is null
    order by created_at desc, id desc
    limit $2
  )
