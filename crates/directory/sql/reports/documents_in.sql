-- Documents submitted and edited in a span of time, which is also a range of ids.
select
  count(*) filter (where a.action = 'document.submit') as submitted,
  count(*) filter (where a.action = 'document.edit') as edited
from activity a
where a.account_id = $1
  and a.area = 'documents'
  and a.id >= $2
  and a.id < $3
  and a.at >= $4
  and a.at < $5
