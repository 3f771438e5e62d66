-- What access the people of some cards have, and who gave it.
select c.number, g.device_id, g.access_type, g.invited_by
from invite_cards c
join grants g on g.account_id = c.account_id and g.user_id = c.user_id and (g.ends_at is null or g.ends_at > $5)
where c.account_id = $1 and c.draft_id = $2 and c.number between $3 and $4 and c.outcome = 'created'
order by c.number, g.device_id
