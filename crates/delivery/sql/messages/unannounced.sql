-- Counts to two: more is not of interest.
select count(*) as messages
from (
  select id
  from messages
  where account_id = $1
  and state = 'bounced'
  and announced = false
  limit 2
) as waiting
