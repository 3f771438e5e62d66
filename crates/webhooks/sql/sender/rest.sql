update webhooks
set rests_until = $3
where account_id = $1
  and id = $2
