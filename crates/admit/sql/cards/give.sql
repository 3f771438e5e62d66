insert into invite_gifts (account_id, draft_id, number, device_id)
select c.account_id, c.draft_id, c.number, d.device_id
from invite_cards c
join invite_devices d on d.account_id = c.account_id and d.draft_id = c.draft_id
where c.account_id = $1 and c.draft_id = $2 and not c.has_access
  and not exists (
    select 1 from grants g
    where g.account_id = c.account_id and g.user_id = c.user_id and g.device_id = d.device_id
      and (g.ends_at is null or g.ends_at > $3)
  )
