insert into import_picks (account_id, import_id, row_no)
values ($1, $2, $3)
on conflict (account_id, import_id, row_no) do nothing
