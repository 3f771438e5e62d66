-- Who has an open invitation, with its message.
select i.user_id
from invitations i
left join messages m on m.account_id = i.account_id and m.id = i.message_id
where i.account_id = $1
  and i.state = 'open'
