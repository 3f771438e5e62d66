insert into series_runs (account_id, series_id, id, outcome, reasons, import_id, file_name, started_at, finished_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
