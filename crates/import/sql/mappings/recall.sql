select columns
from mappings
where account_id = $1
  and signature = $2
