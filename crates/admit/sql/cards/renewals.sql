-- Access that is over where it is given anew.
select count(*) as renewals
from invite_gifts f
join invite_cards c on c.account_id = f.account_id and c.draft_id = f.draft_id and c.number = f.number
join grants g on g.account_id = f.account_id and g.user_id = c.user_id and g.device_id = f.device_id
where f.account_id = $1 and f.draft_id = $2
