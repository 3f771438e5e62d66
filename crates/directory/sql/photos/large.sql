select p.large
from photos p
join users u on u.account_id = p.account_id and u.id = p.user_id
where p.account_id = $1
  and p.user_id = $2
  and u.status <> 'deleted'
