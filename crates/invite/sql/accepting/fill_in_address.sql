update users
set email = $3, email_key = $4, phone = $5, version = version + 1, updated_at = $6
where account_id = $1
  and id = $2
  and email is null
  and phone is null
