insert into workflow_participants (account_id, user_id, workflow_id, created_at)
values ($1, $2, $3, $4)
on conflict (account_id, user_id, workflow_id) do nothing
