select a.id, a.at, a.actor_id, a.actor_kind, a.actor_name, a.action, a.subject_id, a.details, a.erased_at
from activity a
where a.account_id = $1
  and a.id = $2
