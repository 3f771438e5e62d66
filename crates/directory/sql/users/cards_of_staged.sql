-- Written as a cross join so that SQLite begins with the few staged ids, not with the account.
select c.account_id, c.id, c.user_id, c.number, c.card_type, c.state, c.starts_at, c.ends_at, c.created_at
from staged_ids s
cross join cards c
where c.account_id = $1
  and c.user_id = s.id
order by c.user_id, c.id
