delete from group_members
where account_id = $1
  and user_id = $2
