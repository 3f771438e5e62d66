select
  c.account_id,
  c.id,
  c.user_id,
  c.number,
  c.card_type,
  c.state,
  c.starts_at,
  c.ends_at,
  c.created_at,
  u.first_name,
  u.last_name,
  u.status
from cards c
join users u on u.account_id = c.account_id and u.id = c.user_id
where c.account_id = $1
  and u.status <> 'deleted'
