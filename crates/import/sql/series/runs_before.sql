select series_id, id, outcome, reasons, comparison, import_id, file_name, started_at, finished_at
from series_runs
where account_id = $1
  and series_id = $2
  and id < $3
order by id desc
limit $4
