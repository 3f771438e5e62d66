select m.key, m.label, m.seats,
  (select count(*) from module_seats s where s.account_id = m.account_id and s.module_key = m.key) as used
from modules m
where m.account_id = $1
order by m.created_at, m.key
