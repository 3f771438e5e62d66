select g.id, g.name
from groups g
where g.account_id = $1
  and g.kind = $2
