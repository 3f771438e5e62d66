insert into group_members (account_id, user_id, group_id, is_admin, created_at)
select l.account_id, l.user_id, l.target_id, l.is_admin, $2
from deleted_links l
join groups g on g.account_id = l.account_id and g.id = l.target_id
where l.account_id = $1
  and l.user_id in (select s.id from staged_ids s)
  and l.kind = 'group'
on conflict (account_id, user_id, group_id) do nothing
