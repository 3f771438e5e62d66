select
  d.device_id,
  d.name,
  count(*) filter (where c.outcome in ('created', 'updated') and u.status = 'active') as active,
  count(*) filter (where c.outcome in ('created', 'updated') and u.status = 'invited') as pending
from invite_devices d
left join invite_gifts g on g.account_id = d.account_id and g.draft_id = d.draft_id and g.device_id = d.device_id
left join invite_cards c on c.account_id = g.account_id and c.draft_id = g.draft_id and c.number = g.number
left join users u on u.account_id = c.account_id and u.id = c.user_id
where d.account_id = $1 and d.draft_id = $2
group by d.device_id, d.name
order by d.name, d.device_id
