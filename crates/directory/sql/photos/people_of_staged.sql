select u.id, p.user_id is not null as has_photo, p.batch_id
from staged_ids s
join users u on u.account_id = $1 and u.id = s.id
left join photos p on p.account_id = u.account_id and p.user_id = u.id
where u.status <> 'deleted'
order by u.id
