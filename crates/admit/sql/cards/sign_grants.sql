-- Who gave the access, whether as a tenant, and the notes of the card: an import knows of none of these.
-- Access that others gave or changed meanwhile is theirs.
update grants
set invited_by = $3, is_guest = v.is_guest, notes = c.notes
from invite_gifts g
join invite_drafts d on d.account_id = g.account_id and d.id = g.draft_id
join invite_cards c on c.account_id = g.account_id and c.draft_id = g.draft_id and c.number = g.number
join invite_devices v on v.account_id = g.account_id and v.draft_id = g.draft_id and v.device_id = g.device_id
where g.account_id = $1 and g.draft_id = $2 and c.outcome in ('created', 'updated')
  and grants.account_id = $1 and grants.user_id = c.user_id and grants.device_id = g.device_id
  and grants.access_type = d.access_type and grants.schedule is not distinct from d.schedule
  and grants.starts_at is null and grants.ends_at is not distinct from d.ends_at
  and grants.invited_by is null and grants.notes is null and not grants.is_guest
