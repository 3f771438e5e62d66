-- Where an identity works, the account it used last first.
select u.account_id, a.name, u.id as user_id, u.role
from users u
join accounts a on a.id = u.account_id
join identities i on i.id = u.identity_id
where u.identity_id = $1
  and u.status = 'active'
order by case when u.account_id = i.last_account_id then 0 else 1 end, a.name, u.account_id
limit $2
