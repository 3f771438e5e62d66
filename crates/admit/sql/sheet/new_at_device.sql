select
  v.device_id,
  coalesce(d.name, v.name) as name,
  count(c.number) as people
from invite_devices v
left join devices d on d.account_id = v.account_id and d.id = v.device_id
left join invite_cards c on c.account_id = v.account_id and c.draft_id = v.draft_id and not c.has_access
  and not exists (
    select 1 from grants g
    where g.account_id = c.account_id and g.user_id = c.user_id and g.device_id = v.device_id
      and (g.ends_at is null or g.ends_at > $3)
  )
where v.account_id = $1 and v.draft_id = $2
group by v.device_id, d.name, v.name
order by name, v.device_id
