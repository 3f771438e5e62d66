delete from second_factors
where identity_id in (select s.id from staged_ids s)
