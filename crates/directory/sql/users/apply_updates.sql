-- Most updates leave alone what people are found by. SQLite writes every index that a statement names a column
-- of, changed or not, so these columns are not named here; `apply_updates_of_keys` follows for the others.
update users set
  external_id = s.external_id,
  first_name = s.first_name,
  last_name = s.last_name,
  email = s.email,
  notes = s.notes,
  role = s.role,
  status = s.status,
  person_kind = s.person_kind,
  title = s.title,
  department = s.department,
  language = s.language,
  custom = s.custom,
  version = s.version + 1,
  import_id = s.import_id,
  admin_role_id = s.admin_role_id,
  updated_at = $2
from staged_updates s
where users.account_id = $1
  and users.id = s.user_id
  and users.version = s.version
  and users.external_id_key is not distinct from s.external_id_key
  and users.email_key is not distinct from s.email_key
  and users.phone is not distinct from s.phone
  and users.name_key = s.name_key
  and users.last_name_key = s.last_name_key
returning users.id
