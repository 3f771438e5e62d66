delete from sessions
where identity_id in (select s.id from staged_ids s)
