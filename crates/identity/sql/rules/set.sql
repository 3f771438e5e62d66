update accounts
set password_chars = $2, session_limit = $3
where id = $1
