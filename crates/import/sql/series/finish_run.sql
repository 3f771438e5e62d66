update series_runs set outcome = $4, reasons = $5, comparison = $6, finished_at = $7
where account_id = $1
  and series_id = $2
  and id = $3
