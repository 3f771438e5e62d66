select
  (select count(*) from workflow_participants p where p.account_id = $1 and p.workflow_id = $2) as people,
  (select count(*) from workflow_groups g where g.account_id = $1 and g.workflow_id = $2) as group_count,
  (
    select count(*)
    from documents d
    where d.account_id = $1
      and d.workflow_id = $2
      and d.state <> 'completed'
  ) as open_documents,
  (
    select count(*)
    from documents d
    where d.account_id = $1
      and d.workflow_id = $2
      and d.state = 'completed'
  ) as completed_documents
