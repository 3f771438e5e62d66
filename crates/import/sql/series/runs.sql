select series_id, id, outcome, reasons, comparison, import_id, file_name, started_at, finished_at
from series_runs
where account_id = $1
  and series_id = $2
order by started_at desc, id desc
limit 10
