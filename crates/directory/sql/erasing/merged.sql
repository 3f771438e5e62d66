-- Who was made one with the staged people (docs/decisions/0030).
select id
from users
where account_id = $1
  and merged_into in (select s.id from staged_ids s)
  and status = 'deleted'
order by id
