select d.label, s.created_at
from module_seats s
join modules d on d.account_id = s.account_id and d.key = s.module_key
where s.account_id = $1
  and s.user_id = $2
order by d.key
