select id, kind, subject_id, text, created_at, read_at
from notifications
where account_id = $1
  and user_id = $2
