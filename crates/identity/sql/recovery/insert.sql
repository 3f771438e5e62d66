insert into recovery_codes (identity_id, code_hash)
values ($1, $2)
