insert into erased_archives (account_id, request_id)
select r.account_id, r.id
from data_requests r
where r.account_id = $1
  and r.user_id in (select s.id from staged_ids s)
on conflict (account_id, request_id) do nothing
