delete from password_resets
where identity_id = $1
  and created_at <= $2
