select distinct u.id, u.first_name, u.last_name, u.email, u.phone, u.language
from staged_ids s
join users u on u.account_id = $1 and u.id = s.id
where u.status in ('invited', 'active')
order by u.id
