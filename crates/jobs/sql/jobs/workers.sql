select distinct worker
from jobs
where state = 'running' and worker is not null
order by worker
