insert into deleted_seats (account_id, user_id, module_key)
select m.account_id, m.user_id, m.module_key
from module_seats m
where m.account_id = $1
  and m.user_id in (select s.id from staged_ids s)
