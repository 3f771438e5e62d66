select s.user_id
from sessions s
join accounts a on a.id = s.account_id and s.app_version_key < a.released_version_key
where s.account_id = $1
  and s.app_version_key is not null
  and s.end_reason is null
  and s.expires_at > $2
