select outcome, count(*) as row_count
from bulk_rows
where account_id = $1
  and bulk_id = $2
group by outcome
order by outcome
