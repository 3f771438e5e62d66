insert into workflow_step_users (account_id, user_id, step_id)
values ($1, $2, $3)
on conflict (account_id, user_id, step_id) do nothing
