insert into deleted_links (account_id, user_id, kind, target_id, is_admin)
select m.account_id, m.user_id, 'group', m.group_id, m.is_admin
from group_members m
where m.account_id = $1
  and m.user_id in (select s.id from staged_ids s)
