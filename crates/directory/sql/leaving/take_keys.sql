-- Whoever is deleted holds no key and is nobody's sign-in: somebody else may be.
update users
set status = 'deleted', identity_id = null, email = null, email_key = null, phone = null, external_id = null,
  external_id_key = null, updated_at = $2
where account_id = $1
  and id in (select s.id from staged_ids s)
  and status <> 'deleted'
