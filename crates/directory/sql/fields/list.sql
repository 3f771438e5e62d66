select key, label, kind, choices
from custom_fields
where account_id = $1
order by position, key
