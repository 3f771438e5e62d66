-- Whom the same provider brought before and who was deleted, if they can be taken back.
select d.user_id
from provisioned_users p
join deleted_users d on d.account_id = p.account_id and d.user_id = p.user_id
where p.account_id = $1
  and p.external_id = $2
  and not d.erase_now
order by d.deleted_at desc, d.user_id
limit 1
