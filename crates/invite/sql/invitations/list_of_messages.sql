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
from messages m
join invitations i on i.account_id = m.account_id and i.id = m.subject_id and i.message_id = m.id
join users u on u.account_id = i.account_id and u.id = i.user_id
where m.account_id = $1
  and i.state = 'open'
