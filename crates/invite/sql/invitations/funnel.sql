select i.state, m.state as message_state, i.expires_at <= $2 as is_over, count(*) as invitations
from invitations i
left join messages m on m.account_id = i.account_id and m.id = i.message_id
where i.account_id = $1
  and i.state <> 'replaced'
group by i.state, m.state, i.expires_at <= $2
