select id
from imports
where account_id = $1
  and completed_at is null
  and id > $4
  and ((state in ('done', 'done_with_problems', 'stopped', 'failed', 'undone', 'partly_undone') and finished_at < $2)
    or (state in ('choose_format', 'mapping', 'planned', 'refused') and updated_at < $3))
order by id
limit $5
