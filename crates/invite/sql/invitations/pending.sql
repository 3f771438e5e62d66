-- Open offers of other accounts to the same address, whose person still has it.
select i.account_id, i.id, i.user_id
from invitations i
join users u on u.account_id = i.account_id and u.id = i.user_id
where i.recipient = $1
  and i.state = 'open'
  and i.expires_at > $2
  and (u.email = i.recipient or u.phone = i.recipient)
order by i.account_id
limit 1000
