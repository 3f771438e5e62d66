-- Who has an open invitation that reached them and can be used at `$2`.
select i.user_id
from invitations i
left join messages m on m.account_id = i.account_id and m.id = i.message_id
where i.account_id = $1
  and i.state = 'open'
  and i.expires_at > $2
  and (m.state is null or m.state not in ('bounced', 'failed'))
