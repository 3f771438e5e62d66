insert into workflow_groups (account_id, group_id, workflow_id, created_at)
values ($1, $2, $3, $4)
on conflict (account_id, group_id, workflow_id) do nothing
