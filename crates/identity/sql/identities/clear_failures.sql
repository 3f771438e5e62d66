update identities
set
  failed_sign_ins = 0,
  locked_until = null,
  updated_at = $2
where id = $1
