select r.expires_at
from data_requests r
where r.account_id = $1
  and r.id = $2
  and r.state = 'ready'
  and r.expires_at is not null
