select code, field, severity, row_count
from import_problem_groups
where account_id = $1
  and import_id = $2
order by case severity when 'must_fix' then 0 when 'check' then 1 else 2 end, row_count desc, code, field
