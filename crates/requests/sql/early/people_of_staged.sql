select distinct u.id, u.first_name, u.last_name, u.email, u.phone, u.language, e.state
from staged_ids s
join users u on u.account_id = $1 and u.id = s.id
left join early_access e on e.account_id = u.account_id and e.user_id = u.id
where u.status in ('invited', 'active')
order by u.id
