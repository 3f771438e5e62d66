-- Who submitted and edited documents in a span of time, most first.
select
  d.actor_id,
  coalesce(u.first_name, '') as first_name,
  coalesce(u.last_name, '') as last_name,
  d.submitted,
  d.edited
from (
  select
    a.actor_id,
    count(*) filter (where a.action = 'document.submit') as submitted,
    count(*) filter (where a.action = 'document.edit') as edited
  from activity a
  where a.account_id = $1
    and a.area = 'documents'
    and a.action in ('document.submit', 'document.edit')
    and a.actor_id is not null
    and a.id >= $2
    and a.id < $3
    and a.at >= $4
    and a.at < $5
  group by a.actor_id
) d
left join users u on u.account_id = $1 and u.id = d.actor_id
order by d.submitted + d.edited desc, d.actor_id
limit $6
