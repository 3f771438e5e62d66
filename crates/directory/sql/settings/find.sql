select name, default_country, time_zone, language, name_order, locked_while_importing, keep_imports_months,
  keep_drafts_days, keep_messages_days, keep_notifications_days, keep_deleted_days
from accounts
where id = $1
