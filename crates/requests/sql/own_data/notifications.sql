select n.created_at, n.text, n.read_at
from notifications n
where n.account_id = $1
  and n.user_id = $2
order by n.id
