delete from sign_in_steps
where identity_id = $1
