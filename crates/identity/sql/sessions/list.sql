select s.id, a.name as account_name, s.user_agent, s.address, s.created_at, s.last_seen_at
from sessions s
join accounts a on a.id = s.account_id
where s.identity_id = $1
  and s.end_reason is null
  and s.expires_at > $2
  and s.last_seen_at > $3
order by s.created_at desc, s.id desc
limit 100
