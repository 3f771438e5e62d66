delete from second_factors
where identity_id = $1
