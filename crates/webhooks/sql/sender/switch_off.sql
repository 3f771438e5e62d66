update webhooks
set state = 'failed', reason = $3, revision = revision + 1
where account_id = $1
  and id = $2
  and state = 'on'
