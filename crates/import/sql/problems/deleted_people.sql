-- Deleted people whom rows of an import name by a key, and who can be taken back.
select distinct d.user_id
from import_problems p
join deleted_users d on d.account_id = p.account_id
where p.account_id = $1
  and p.import_id = $2
  and p.code = 'was_deleted'
  and not d.erase_now
  and ((p.field = 'email' and d.email_key = lower(p.value))
    or (p.field = 'phone' and d.phone = p.value)
    or (p.field = 'external_id' and d.external_id_key = lower(p.value)))
order by d.user_id
limit $3
