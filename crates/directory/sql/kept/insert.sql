insert into kept_fields (account_id, user_id, field, kept_by_name, created_at)
values ($1, $2, $3, $4, $5)
