select r.position, r.name, r.outcome, r.reason, r.user_id
from photo_results r
where r.account_id = $1
  and r.batch_id = $2
order by r.position
