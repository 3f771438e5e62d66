select i.user_id
from invitations i
join messages b on b.account_id = i.account_id and b.id = i.message_id
where i.account_id = $1
  and i.state = 'open'
  and b.state in ('bounced', 'failed')
