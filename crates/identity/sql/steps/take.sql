delete from sign_in_steps
where token_hash = $1
