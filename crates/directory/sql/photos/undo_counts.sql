select undone, count(*) as n
from photo_results
where account_id = $1
  and batch_id = $2
  and undone is not null
group by undone
