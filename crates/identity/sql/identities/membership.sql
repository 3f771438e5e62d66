-- The account asked for, otherwise the one used last, otherwise the one the identity joined first.
select u.account_id, u.id
from users u
join identities i on i.id = u.identity_id
where u.identity_id = $1
  and u.status = 'active'
order by
  case
    when u.account_id = $2 then 0
    when u.account_id = i.last_account_id then 1
    else 2
  end,
  u.created_at,
  u.account_id,
  u.id
limit 1
