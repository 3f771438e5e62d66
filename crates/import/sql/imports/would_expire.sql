select cast(count(*) filter (where state in ('done', 'done_with_problems', 'stopped', 'failed', 'undone', 'partly_undone')
    and finished_at < $2) as bigint) as ended,
  cast(count(*) filter (where state in ('choose_format', 'mapping', 'planned', 'refused') and updated_at < $3) as bigint) as drafts
from imports
where account_id = $1
  and completed_at is null
