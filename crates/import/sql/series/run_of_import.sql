select series_id, id, outcome, reasons, comparison, import_id, file_name, started_at, finished_at
from series_runs
where account_id = $1
  and import_id = $2
limit 1
