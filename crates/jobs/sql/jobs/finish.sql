update jobs
set state = $4, error = $5, run_at = $6, finished_at = $7, attempts = $8, worker = null
where id = $1 and worker = $2 and attempts = $3 and state = 'running'
