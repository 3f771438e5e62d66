-- What the staged people submitted and edited in a span of time, which is also a range of ids.
select
  a.actor_id,
  count(*) filter (where a.action = 'document.submit') as submitted,
  count(*) filter (where a.action = 'document.edit') as edited
from activity a
where a.account_id = $1
  and a.area = 'documents'
  and a.action in ('document.submit', 'document.edit')
  and a.actor_id in (select s.id from staged_ids s)
  and a.id >= $2
  and a.id < $3
  and a.at >= $4
  and a.at < $5
group by a.actor_id
order by a.actor_id
