select
  i.account_id,
  i.wave_id,
  i.user_id,
  u.first_name,
  u.last_name,
  u.language,
  i.channel,
  i.recipient,
  i.number,
  i.invited_by,
  i.invited_by_name,
  i.offered_at,
  i.expires_at,
  i.reminders_sent
from invitations i
join users u on u.account_id = i.account_id and u.id = i.user_id and u.status = 'invited'
join messages m on m.account_id = i.account_id and m.id = i.message_id and m.state in ('sent', 'captured')
where i.state = 'open'
  and i.remind_at <= $1
  and i.expires_at > $1
order by i.account_id, i.id
limit $2
