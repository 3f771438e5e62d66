-- Every session of an identity, or all but one.
update sessions
set end_reason = $3
where identity_id = $1
  and end_reason is null
  and (id <> $2 or $2 is null)
