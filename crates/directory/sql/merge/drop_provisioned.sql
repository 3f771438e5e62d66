delete from provisioned_users
where account_id = $1
  and user_id = $2
