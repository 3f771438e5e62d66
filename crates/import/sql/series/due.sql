select account_id, id, next_at
from series
where next_at is not null
  and next_at <= $1
order by next_at, id
limit 100
