select p.user_id
from provisioned_users p
join users u on u.account_id = p.account_id and u.id = p.user_id
where p.account_id = $1
  and p.external_id = $2
  and u.status <> 'deleted'
