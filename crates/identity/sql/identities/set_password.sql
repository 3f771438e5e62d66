update identities
set
  password_hash = $2,
  failed_sign_ins = 0,
  locked_until = null,
  updated_at = $3
where id = $1
