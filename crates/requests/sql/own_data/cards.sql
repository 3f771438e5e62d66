select c.number, c.card_type, c.state, c.starts_at, c.ends_at, c.created_at
from cards c
where c.account_id = $1
  and c.user_id = $2
order by c.created_at, c.id
