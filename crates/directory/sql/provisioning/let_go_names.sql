-- Whoever is deleted holds no name: somebody else may.
update provisioned_users
set user_name_key = null
where account_id = $1
  and user_id in (select s.id from staged_ids s)
  and user_name_key is not null
