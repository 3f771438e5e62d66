delete from recovery_codes
where identity_id in (select s.id from staged_ids s)
