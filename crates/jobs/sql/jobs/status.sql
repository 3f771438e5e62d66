select kind, state, attempts, run_at, error, created_at, started_at, finished_at
from jobs
where id = $1
