-- How many people signed in last after $2, after $3, after $4, longer ago, and never.
select
  count(*) filter (where u.last_sign_in_at >= $2) as day,
  count(*) filter (where u.last_sign_in_at >= $3 and u.last_sign_in_at < $2) as week,
  count(*) filter (where u.last_sign_in_at >= $4 and u.last_sign_in_at < $3) as month,
  count(*) filter (where u.last_sign_in_at < $4) as long_ago,
  count(*) filter (where u.last_sign_in_at is null) as never
from users u
where u.account_id = $1
  and u.status <> 'deleted'
