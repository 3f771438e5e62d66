select w.id, w.name
from workflows w
where w.account_id = $1
