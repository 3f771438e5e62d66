delete from password_resets
where identity_id in (select s.id from staged_ids s)
