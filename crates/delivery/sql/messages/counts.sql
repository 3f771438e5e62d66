select state, count(*) as messages
from messages
where account_id = $1
group by state
order by state
