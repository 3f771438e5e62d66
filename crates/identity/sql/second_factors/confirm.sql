-- Of two at once, the second finds nothing that was begun.
update second_factors
set
  secret = next_secret,
  confirmed_at = $3,
  last_step = $4,
  next_secret = null,
  next_until = null
where identity_id = $1
  and next_secret = $2
