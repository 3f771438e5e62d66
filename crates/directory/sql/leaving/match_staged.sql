-- Written as cross joins so that SQLite begins with the staged keys.
select s.row_no, s.kind, d.user_id
from staged_keys s
cross join deleted_users d
where s.kind = 0
  and d.account_id = $1
  and d.external_id_key = s.key
  and not d.erase_now
union all
select s.row_no, s.kind, d.user_id
from staged_keys s
cross join deleted_users d
where s.kind = 1
  and d.account_id = $1
  and d.email_key = s.key
  and not d.erase_now
union all
select s.row_no, s.kind, d.user_id
from staged_keys s
cross join deleted_users d
where s.kind = 2
  and d.account_id = $1
  and d.phone = s.key
  and not d.erase_now
