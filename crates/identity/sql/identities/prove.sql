update identities
set
  email_verified_at = case when $2 then $4 else email_verified_at end,
  phone_verified_at = case when $3 then $4 else phone_verified_at end,
  updated_at = $4
where id = $1
