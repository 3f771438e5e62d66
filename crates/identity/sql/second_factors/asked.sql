-- Who an identity is, and of whom the account asks a second proof.
select a.two_factor_roles, u.role, a.name, u.account_id
from users u
join accounts a on a.id = u.account_id
where u.identity_id = $1
  and u.status = 'active'
