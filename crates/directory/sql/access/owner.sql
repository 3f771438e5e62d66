select user_id
from grants
where account_id = $1
  and device_id = $2
  and access_type = 'owner'
