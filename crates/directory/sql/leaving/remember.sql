-- Before the keys are taken from the rows of the staged people.
insert into deleted_users (
  account_id, user_id, deleted_at, deleted_by, deleted_by_name, was_status, identity_id, email, email_key, phone,
  external_id, external_id_key
)
select u.account_id, u.id, $2, $3, $4, u.status, u.identity_id, u.email, u.email_key, u.phone, u.external_id,
  u.external_id_key
from users u
where u.account_id = $1
  and u.id in (select s.id from staged_ids s)
  and u.status <> 'deleted'
