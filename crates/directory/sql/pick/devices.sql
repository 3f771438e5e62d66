select d.id, d.name
from devices d
where d.account_id = $1
