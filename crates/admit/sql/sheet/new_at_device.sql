select
  d.device_id,
  d.name,
  count(c.number) as people
from invite_devices d
left join invite_cards c on c.account_id = d.account_id and c.draft_id = d.draft_id and not c.has_access
  and not exists (
    select 1 from grants g
    where g.account_id = c.account_id and g.user_id = c.user_id and g.device_id = d.device_id
      and (g.ends_at is null or g.ends_at > $3)
  )
where d.account_id = $1 and d.draft_id = $2
group by d.device_id, d.name
order by d.name, d.device_id
