select r.outcome, count(*) as n
from photo_results r
where r.account_id = $1
  and r.batch_id = $2
group by r.outcome
order by r.outcome
