insert into import_problem_groups (account_id, import_id, code, field, severity, row_count)
values ($1, $2, $3, $4, $5, $6)
on conflict (account_id, import_id, code, field) do update set
  row_count = import_problem_groups.row_count + excluded.row_count
