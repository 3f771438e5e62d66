select bulk_id, outcome, count(*) as row_count
from bulk_rows
where account_id = $1
  and bulk_id in (select s.id from staged_ids s)
group by bulk_id, outcome
order by bulk_id, outcome
