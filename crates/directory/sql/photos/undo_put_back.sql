insert into photos (account_id, user_id, hash, large, small, batch_id, updated_at)
select f.account_id, f.user_id, f.hash, f.large, f.small, f.former_batch_id, f.updated_at
from photo_former f
where f.account_id = $1
  and f.batch_id = $2
  and f.user_id in (
    select r.user_id
    from photo_results r
    where r.account_id = $1
      and r.batch_id = $2
      and r.position between $3 and $4
      and r.undone = 'restored'
  )
  and not exists (select 1 from photos p where p.account_id = $1 and p.user_id = f.user_id)
