-- The account asked for, otherwise the one the identity joined first.
select account_id, id
from users
where identity_id = $1
  and status = 'active'
order by case when account_id = $2 then 0 else 1 end, created_at, account_id, id
limit 1
