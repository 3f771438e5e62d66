-- The same states as the index imports_writing, which is empty most of the time.
select number
from imports
where account_id = $1
  and state in ('queued', 'running', 'pausing', 'paused', 'stopping', 'undoing', 'redoing')
order by number
limit 1
