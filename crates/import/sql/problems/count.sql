select count(*) as problem_count
from import_problems
where account_id = $1
  and import_id = $2
