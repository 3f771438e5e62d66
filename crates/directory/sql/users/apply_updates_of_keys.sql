update users set
  external_id = s.external_id,
  external_id_key = s.external_id_key,
  first_name = s.first_name,
  last_name = s.last_name,
  name_key = s.name_key,
  last_name_key = s.last_name_key,
  email = s.email,
  email_key = s.email_key,
  phone = s.phone,
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
returning users.id
