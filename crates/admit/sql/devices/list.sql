-- By the names they have now; one that was removed is known by the name it had.
select v.device_id, coalesce(d.name, v.name) as name, v.is_guest, d.id is not null as is_here
from invite_devices v
left join devices d on d.account_id = v.account_id and d.id = v.device_id
where v.account_id = $1 and v.draft_id = $2
order by name, v.device_id
