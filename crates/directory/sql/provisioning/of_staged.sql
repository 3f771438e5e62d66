select p.user_id, p.user_name, p.user_name_key, p.external_id, p.said
from staged_ids s
cross join provisioned_users p
where p.account_id = $1
  and p.user_id = s.id
