-- The strictest of every account the identity belongs to.
select
  coalesce(max(a.password_chars), 8) as password_chars,
  coalesce(min(coalesce(u.session_limit, a.session_limit)), 3) as session_limit
from users u
join accounts a on a.id = u.account_id
where u.identity_id = $1
  and u.status = 'active'
