-- The same states as the index imports_writing, which is empty most of the time.
select i.id, i.number
from imports i
join accounts a on a.id = i.account_id
where i.account_id = $1
  and i.state in ('queued', 'running', 'pausing', 'paused', 'stopping', 'undoing', 'redoing')
  and a.locked_while_importing
order by i.number
limit 1
