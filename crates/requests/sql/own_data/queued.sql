select r.user_id, r.asked_by_name
from data_requests r
where r.account_id = $1
  and r.id = $2
  and r.state = 'queued'
