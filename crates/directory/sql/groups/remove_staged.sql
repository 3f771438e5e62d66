delete from group_members
where account_id = $1
  and group_id = $2
  and user_id in (select s.id from staged_ids s)
