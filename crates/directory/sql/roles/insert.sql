insert into admin_roles (account_id, id, name, name_key, actions, all_groups, all_workflows, version, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)
