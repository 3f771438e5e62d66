-- Of people who are erased and belong to no other account.
select d.identity_id
from deleted_users d
where d.account_id = $1
  and d.user_id in (select s.id from staged_ids s)
  and d.identity_id is not null
  and not exists (select 1 from users u where u.identity_id = d.identity_id)
  and not exists (
    select 1
    from deleted_users o
    where o.identity_id = d.identity_id
      and not (o.account_id = d.account_id and o.user_id = d.user_id)
  )
order by d.identity_id
