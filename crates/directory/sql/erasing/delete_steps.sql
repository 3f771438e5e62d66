delete from sign_in_steps
where identity_id in (select s.id from staged_ids s)
