delete from admin_role_groups
where account_id = $1
  and group_id = $2
