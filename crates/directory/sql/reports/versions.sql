-- The versions of the app people are signed in with, newest first.
select
  min(s.app_version) as version,
  s.app_version_key,
  count(distinct s.user_id) as people,
  count(*) as devices
from sessions s
join users u on u.account_id = s.account_id and u.id = s.user_id and u.status <> 'deleted'
where s.account_id = $1
  and s.app_version_key is not null
  and s.end_reason is null
  and s.expires_at > $2
group by s.app_version_key
order by s.app_version_key desc
limit 200
