delete from import_problem_groups
where account_id = $1
  and import_id = $2
