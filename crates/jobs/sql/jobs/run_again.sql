update jobs
set state = 'queued', attempts = 0, run_at = $2, finished_at = null
where id = $1 and state = 'failed'
