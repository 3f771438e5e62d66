select id, name, name_key
from workflows
where account_id = $1
  and id = $2
