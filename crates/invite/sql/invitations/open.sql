select id, user_id
from invitations
where account_id = $1
  and id = $2
  and state = 'open'
