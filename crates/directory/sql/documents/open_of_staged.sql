select d.assignee_id,
  count(*) filter (where d.state = 'draft') as drafts,
  count(*) filter (where d.state in ('inbox', 'returned')) as assigned,
  count(*) filter (where d.state in ('submitted', 'reviewed', 'approved')) as submitted
from documents d
where d.account_id = $1
  and d.assignee_id in (select s.id from staged_ids s)
  and d.state <> 'completed'
group by d.assignee_id
order by d.assignee_id
