delete from groups
where account_id = $1
  and import_id = $2
  and not exists (
    select 1 from group_members m where m.account_id = groups.account_id and m.group_id = groups.id
  )
  and not exists (
    select 1 from workflow_groups w where w.account_id = groups.account_id and w.group_id = groups.id
  )
  and not exists (
    select 1 from admin_role_groups r where r.account_id = groups.account_id and r.group_id = groups.id
  )
