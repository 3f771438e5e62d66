select i.user_id
from invitations i
where i.account_id = $1
  and i.state = 'open'
