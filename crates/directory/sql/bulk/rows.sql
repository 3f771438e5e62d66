select r.user_id, r.outcome, u.first_name, u.last_name
from bulk_rows r
left join users u on u.account_id = r.account_id and u.id = r.user_id
where r.account_id = $1
  and r.bulk_id = $2
