-- The account an identity lands in: the one it joined first.
select account_id, id
from users
where identity_id = $1
  and status = 'active'
order by created_at, account_id, id
limit 1
