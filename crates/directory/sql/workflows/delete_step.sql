delete from workflow_steps
where account_id = $1
  and id = $2
  and not exists (select 1 from documents d where d.account_id = workflow_steps.account_id and d.step_id = workflow_steps.id)
