select r.id, r.state, r.asked_by_name, r.created_at, r.expires_at, r.opened_at
from data_requests r
where r.account_id = $1
  and r.user_id = $2
order by r.created_at desc, r.id desc
limit 1
