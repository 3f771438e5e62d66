select u.id as user_id, u.first_name, u.last_name, d.email, d.phone, d.external_id
from users u
left join deleted_users d on d.account_id = u.account_id and d.user_id = u.id
where u.account_id = $1
  and u.id in (select s.id from staged_ids s)
  and u.status = 'deleted'
order by u.id
