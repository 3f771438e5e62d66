-- Who gave the access, whether as a tenant, and the notes of the card: an import knows of none of these.
update grants
set invited_by = $3, is_guest = v.is_guest, notes = coalesce(c.notes, grants.notes)
from invite_gifts g
join invite_cards c on c.account_id = g.account_id and c.draft_id = g.draft_id and c.number = g.number
join invite_devices v on v.account_id = g.account_id and v.draft_id = g.draft_id and v.device_id = g.device_id
where g.account_id = $1 and g.draft_id = $2 and c.outcome in ('created', 'updated')
  and grants.account_id = $1 and grants.user_id = c.user_id and grants.device_id = g.device_id
