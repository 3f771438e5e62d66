select i.created_at, i.channel, i.recipient, i.invited_by_name, i.state, i.expires_at
from invitations i
where i.account_id = $1
  and i.user_id = $2
order by i.id
