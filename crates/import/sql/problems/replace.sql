insert into import_problems (account_id, import_id, row_no, position, line, code, severity, field, column_no, value, detail,
  suggestion, while_applying)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (account_id, import_id, row_no, position) do update set detail = excluded.detail
