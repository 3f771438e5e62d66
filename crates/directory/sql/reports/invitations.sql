-- The newest invitation of everybody: what became of it.
select
  count(*) as sent,
  count(*) filter (where i.state = 'accepted') as accepted,
  count(*) filter (where i.state = 'open' and i.expires_at > $2) as open,
  count(*) filter (where i.state = 'open' and i.expires_at <= $2) as expired,
  count(*) filter (where i.state = 'open' and m.state in ('bounced', 'failed')) as returned,
  count(*) filter (where i.state = 'withdrawn') as withdrawn
from invitations i
join users u on u.account_id = i.account_id and u.id = i.user_id and u.status <> 'deleted'
left join messages m on m.account_id = i.account_id and m.id = i.message_id
where i.account_id = $1
  and i.state <> 'replaced'
