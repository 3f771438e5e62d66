delete from admin_roles
where account_id = $1
  and id = $2
