update group_members
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from group_members k
    where k.account_id = $1
      and k.user_id = $2
      and k.group_id = group_members.group_id
  )
