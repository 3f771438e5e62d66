-- The people of a sent draft whose access to each device holds at `$3`.
select
  v.device_id,
  coalesce(d.name, v.name) as name,
  count(*) filter (where c.outcome in ('created', 'updated') and g.user_id is not null and u.status = 'active') as active,
  count(*) filter (where c.outcome in ('created', 'updated') and g.user_id is not null and u.status = 'invited') as pending
from invite_devices v
left join devices d on d.account_id = v.account_id and d.id = v.device_id
left join invite_gifts f on f.account_id = v.account_id and f.draft_id = v.draft_id and f.device_id = v.device_id
left join invite_cards c on c.account_id = f.account_id and c.draft_id = f.draft_id and c.number = f.number
left join users u on u.account_id = c.account_id and u.id = c.user_id
left join grants g on g.account_id = c.account_id and g.user_id = c.user_id and g.device_id = v.device_id
  and (g.ends_at is null or g.ends_at > $3)
where v.account_id = $1 and v.draft_id = $2
group by v.device_id, d.name, v.name
order by name, v.device_id
