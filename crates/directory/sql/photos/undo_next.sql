select position
from photo_results
where account_id = $1
  and batch_id = $2
  and outcome in ('stored', 'replaced')
  and undone is null
order by position
limit $3
