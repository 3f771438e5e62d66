select name, mapping, saved_by_name, saved_at
from shared_mappings
where account_id = $1
  and name_key = $2
