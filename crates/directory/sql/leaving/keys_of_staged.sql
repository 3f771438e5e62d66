-- The keys of deleted people, and which of them somebody else has by now.
select d.user_id, d.email_key, d.phone, d.external_id_key, d.identity_id,
  exists (
    select 1
    from users o
    where o.account_id = d.account_id
      and o.email_key = d.email_key
  ) as email_is_taken,
  exists (
    select 1
    from users o
    where o.account_id = d.account_id
      and o.phone = d.phone
  ) as phone_is_taken,
  exists (
    select 1
    from users o
    where o.account_id = d.account_id
      and o.external_id_key = d.external_id_key
  ) as external_id_is_taken
from deleted_users d
where d.account_id = $1
  and d.user_id in (select s.id from staged_ids s)
  and not d.erase_now
order by d.deleted_at, d.user_id
