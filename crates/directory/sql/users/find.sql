select u.account_id, u.id, u.identity_id, u.external_id, u.first_name, u.last_name, u.email, u.email_key, u.phone,
  u.notes, u.role, u.status, u.person_kind, u.title, u.department, u.language, u.custom, u.version, u.import_id,
  u.created_at, u.updated_at, u.admin_role_id
from users u
where u.account_id = $1
  and u.id = $2
