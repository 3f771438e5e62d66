update workflow_step_users
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from workflow_step_users k
    where k.account_id = $1
      and k.user_id = $2
      and k.step_id = workflow_step_users.step_id
  )
