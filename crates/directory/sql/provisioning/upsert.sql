insert into provisioned_users (account_id, user_id, user_name, user_name_key, external_id, said)
values ($1, $2, $3, $4, $5, $6)
on conflict (account_id, user_id) do update
set user_name = excluded.user_name, user_name_key = excluded.user_name_key, external_id = excluded.external_id,
  said = excluded.said
