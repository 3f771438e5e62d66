update recovery_codes
set used_at = $3
where identity_id = $1
  and code_hash = $2
  and used_at is null
