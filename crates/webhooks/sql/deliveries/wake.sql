-- Whoever asks for something to be sent does not want to wait for the rest of a webhook that failed.
update webhooks
set rests_until = null
where account_id = $1
  and id = $2
  and rests_until is not null
