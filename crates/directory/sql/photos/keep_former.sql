-- What the staged people have before an upload gives them another.
insert into photo_former (account_id, batch_id, user_id, hash, large, small, former_batch_id, updated_at)
select p.account_id, $2, p.user_id, p.hash, p.large, p.small, p.batch_id, p.updated_at
from photos p
where p.account_id = $1
  and p.user_id in (select s.id from staged_ids s)
on conflict (account_id, batch_id, user_id) do nothing
