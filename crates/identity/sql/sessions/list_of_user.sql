-- What an account may know: sign-ins to itself.
select s.id, a.name as account_name, s.user_agent, s.address, s.created_at, s.last_seen_at
from users u
join sessions s on s.identity_id = u.identity_id and s.account_id = u.account_id and s.user_id = u.id
join accounts a on a.id = s.account_id
where u.account_id = $1
  and u.id = $2
  and s.end_reason is null
  and s.expires_at > $3
  and s.last_seen_at > $4
order by s.created_at desc, s.id desc
limit 100
