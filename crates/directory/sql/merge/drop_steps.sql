delete from workflow_step_users
where account_id = $1
  and user_id = $2
