select
  i.account_id,
  a.name as account_name,
  i.id,
  i.user_id,
  i.channel,
  i.recipient,
  i.state,
  i.expires_at,
  i.invited_by_name,
  u.first_name,
  u.last_name,
  u.email,
  u.phone,
  u.status,
  a.default_country
from invitations i
join accounts a on a.id = i.account_id
join users u on u.account_id = i.account_id and u.id = i.user_id
where i.token_hash = $1
