update group_members
set is_admin = $4
where account_id = $1
  and group_id = $2
  and user_id = $3
