update card_runs
set after_user_id = $3, issued = issued + $4, holding = holding + $5, no_number = no_number + $6, not_active = not_active + $7, over = over + $8
where account_id = $1
  and id = $2
