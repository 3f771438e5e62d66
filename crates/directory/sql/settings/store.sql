update accounts
set name = $2, default_country = $3, time_zone = $4, language = $5, name_order = $6, locked_while_importing = $7,
  keep_imports_months = $8, keep_drafts_days = $9, keep_messages_days = $10, keep_notifications_days = $11,
  keep_deleted_days = $12
where id = $1
