select d.user_id, u.first_name, u.last_name, d.email, d.phone, d.external_id, d.was_status, d.deleted_at,
  d.deleted_by_name, d.erase_now
from deleted_users d
join users u on u.account_id = d.account_id and u.id = d.user_id
where d.account_id = $1
