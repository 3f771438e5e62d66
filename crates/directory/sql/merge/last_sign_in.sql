-- The kept person was last seen when either of the two was.
update users
set last_sign_in_at = (
  select max(b.last_sign_in_at)
  from users b
  where b.account_id = $1
    and b.id in ($2, $3)
)
where account_id = $1
  and id = $2
