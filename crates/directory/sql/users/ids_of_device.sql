select g.user_id
from grants g
where g.account_id = $1
  and g.device_id = $2
