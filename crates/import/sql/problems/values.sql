-- The most frequent values among the first rows with a problem, so that no page reads all of them.
select value, min(suggestion) as suggested, count(*) as row_count
from (
  select value, suggestion
  from import_problems
  where account_id = $1
    and import_id = $2
    and code = $3
    and (cast($4 as text) is null or field = $4)
  order by row_no
  limit $5
) first_rows
group by value
order by row_count desc, value
limit $6
