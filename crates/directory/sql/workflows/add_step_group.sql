insert into workflow_step_groups (account_id, group_id, step_id)
values ($1, $2, $3)
on conflict (account_id, group_id, step_id) do nothing
