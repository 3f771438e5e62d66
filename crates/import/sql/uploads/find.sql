select id, name, size_bytes, received_bytes, created_at
from uploads
where account_id = $1
  and id = $2
