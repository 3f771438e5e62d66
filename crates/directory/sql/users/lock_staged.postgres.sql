-- In the order of ids: of two that want the same people, one waits for the other, and never both.
select u.id, u.status
from users u
where u.account_id = $1
  and u.id in (select s.id from staged_ids s)
  and u.status <> 'deleted'
order by u.id
for no key update of u
