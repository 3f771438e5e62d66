delete from admin_role_groups
where account_id = $1
  and role_id = $2
