select user_id
from invite_cards
where account_id = $1 and draft_id = $2 and outcome in ('created', 'updated') and user_id is not null
