select id
from photo_batches
where account_id = $1
  and state = 'running'
