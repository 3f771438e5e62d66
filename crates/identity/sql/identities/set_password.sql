-- Failures stay as long as a code is asked for, too: a new password does not say who has the codes.
update identities
set
  password_hash = $2,
  failed_sign_ins = case when identities.id in (
    select f.identity_id from second_factors f where f.secret is not null
  ) then failed_sign_ins else 0 end,
  locked_until = case when identities.id in (
    select f.identity_id from second_factors f where f.secret is not null
  ) then locked_until else null end,
  updated_at = $3
where id = $1
