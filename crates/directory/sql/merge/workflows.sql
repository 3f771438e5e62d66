update workflow_participants
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from workflow_participants k
    where k.account_id = $1
      and k.user_id = $2
      and k.workflow_id = workflow_participants.workflow_id
  )
