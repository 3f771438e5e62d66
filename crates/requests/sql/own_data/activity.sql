-- About them, and by them.
select a.at, a.actor_name, a.action, a.details
from activity a
where a.account_id = $1
  and a.subject_id = $2
union all
select a.at, a.actor_name, a.action, a.details
from activity a
where a.account_id = $1
  and a.actor_id = $2
  and (a.subject_id is null or a.subject_id <> $2)
order by 1
