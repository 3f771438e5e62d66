update users set
  role = $3,
  admin_role_id = $4,
  version = version + 1,
  updated_at = $5
where account_id = $1
  and admin_role_id = $2
  and role = 'admin'
