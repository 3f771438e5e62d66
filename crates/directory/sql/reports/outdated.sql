-- How many people are signed in with an older version than the released one.
select count(distinct s.user_id) as people
from sessions s
join accounts a on a.id = s.account_id
join users u on u.account_id = s.account_id and u.id = s.user_id and u.status <> 'deleted'
where s.account_id = $1
  and s.app_version_key < a.released_version_key
  and s.end_reason is null
  and s.expires_at > $2
