insert into import_visitors (account_id, import_id, user_id, name, step, seen_at)
select account_id, id, $3, $4, $5, $6
from imports
where account_id = $1
  and id = $2
on conflict (account_id, import_id, user_id) do update set
  name = excluded.name,
  step = excluded.step,
  seen_at = excluded.seen_at
