select
  count(*) filter (where not has_access) as ready,
  count(*) filter (where has_access) as with_access
from invite_cards
where account_id = $1 and draft_id = $2
