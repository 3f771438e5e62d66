update card_events
set former_user_id = $2
where account_id = $1
  and former_user_id = $3
