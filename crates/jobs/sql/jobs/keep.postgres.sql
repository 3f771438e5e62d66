-- Nobody can take the job away before this transaction has ended.
select id
from jobs
where id = $1 and worker = $2 and attempts = $3 and state = 'running'
for update
