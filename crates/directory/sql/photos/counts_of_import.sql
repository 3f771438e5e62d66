select cast(count(p.user_id) as bigint) as with_photo,
  cast(count(*) - count(p.user_id) as bigint) as without_photo
from users u
left join photos p on p.account_id = u.account_id and p.user_id = u.id
where u.account_id = $1
  and u.import_id = $2
  and u.status <> 'deleted'
