delete from recovery_codes
where identity_id = $1
