insert into second_factors (identity_id, next_secret, next_until)
values ($1, $2, $3)
on conflict (identity_id) do update set
  next_secret = excluded.next_secret,
  next_until = excluded.next_until
