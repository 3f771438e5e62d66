select count(*) as jobs_ahead
from jobs j
join jobs ahead on ahead.group_key = j.group_key
where j.id = $1
and j.state = 'queued'
and (ahead.state = 'running' or (ahead.state = 'queued' and ahead.id < j.id))
