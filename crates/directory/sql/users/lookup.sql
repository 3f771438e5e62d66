select id, first_name, last_name
from users
where account_id = $1
  and status <> 'deleted'
  and (email_key = $2 or external_id_key = $3 or phone = $4 or name_key = $5)
order by name_key, id
limit $6
