update early_access
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (select 1 from early_access k where k.account_id = $1 and k.user_id = $2)
