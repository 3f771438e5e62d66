update admin_roles set
  name = $4,
  name_key = $5,
  actions = $6,
  all_groups = $7,
  all_workflows = $8,
  version = version + 1,
  updated_at = $9
where account_id = $1
  and id = $2
  and version = $3
