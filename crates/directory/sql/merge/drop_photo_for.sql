-- The photo of `$2`, if `$3` has one to take its place.
delete from photos
where account_id = $1
  and user_id = $2
  and exists (select 1 from photos o where o.account_id = $1 and o.user_id = $3)
