update identities
set
  failed_sign_ins = $2,
  locked_until = $3,
  updated_at = $4
where id = $1
