-- Places at a device that guests of drafts take whose import has not ended.
select count(*) as coming
from invite_drafts d
join invite_devices v on v.account_id = d.account_id and v.draft_id = d.id
join invite_gifts g on g.account_id = v.account_id and g.draft_id = v.draft_id and g.device_id = v.device_id
where d.account_id = $1 and d.state = 'importing' and v.device_id = $2 and v.is_guest
