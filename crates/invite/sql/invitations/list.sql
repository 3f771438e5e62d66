select
  i.id,
  i.user_id,
  u.first_name,
  u.last_name,
  i.channel,
  i.recipient,
  i.state,
  m.state as message_state,
  m.reason,
  i.number,
  i.invited_by_name,
  i.created_at,
  i.expires_at,
  i.settled_at
from invitations i
join users u on u.account_id = i.account_id and u.id = i.user_id
left join messages m on m.account_id = i.account_id and m.id = i.message_id
where i.account_id = $1
