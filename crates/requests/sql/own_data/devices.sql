-- Sign-ins to this account.
select s.created_at, s.last_seen_at, s.user_agent, s.address, s.end_reason
from users u
join sessions s on s.identity_id = u.identity_id and s.account_id = u.account_id and s.user_id = u.id
where u.account_id = $1
  and u.id = $2
order by s.created_at, s.id
