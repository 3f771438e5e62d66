-- Found by identity, which sessions have an index of.
delete from sessions
where account_id = $1
  and user_id in (select id from staged_ids)
  and identity_id in (
    select u.identity_id
    from staged_ids s
    cross join users u
    where u.account_id = $1
      and u.id = s.id
      and u.identity_id is not null
  )
