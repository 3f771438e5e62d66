select d.user_id, u.first_name, u.last_name, d.email, d.phone, d.external_id
from deleted_users d
join users u on u.account_id = d.account_id and u.id = d.user_id
where d.account_id = $1
  and d.user_id in (select s.id from staged_ids s)
order by d.user_id
