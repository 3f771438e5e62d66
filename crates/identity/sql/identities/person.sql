-- Who somebody is where they belong longest: messages about their sign-in are this account's.
select i.id, i.email, i.phone, u.account_id, u.id as user_id, a.name as account_name, u.first_name, u.last_name, u.role, u.language
from identities i
join users u on u.identity_id = i.id
join accounts a on a.id = u.account_id
where i.id = $1
  and u.status = 'active'
order by u.created_at, u.account_id, u.id
limit 1
