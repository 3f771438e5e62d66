select w.id, w.name,
  (select count(*) from workflow_participants p where p.account_id = w.account_id and p.workflow_id = w.id) as people,
  (select count(*) from workflow_groups g where g.account_id = w.account_id and g.workflow_id = w.id) as group_count,
  (select count(*) from workflow_steps s where s.account_id = w.account_id and s.workflow_id = w.id) as step_count,
  (
    select count(*)
    from documents d
    where d.account_id = w.account_id
      and d.workflow_id = w.id
      and d.state <> 'completed'
  ) as open_documents
from workflows w
where w.account_id = $1
