-- Whoever of the two leads a team goes on doing so.
update group_members
set is_admin = true
where account_id = $1
  and user_id = $2
  and exists (
    select 1
    from group_members o
    where o.account_id = $1
      and o.user_id = $3
      and o.group_id = group_members.group_id
      and o.is_admin
  )
