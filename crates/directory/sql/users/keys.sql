select id, external_id_key, email_key, phone
from users
where account_id = $1
