update webhooks
set failures = 0, failing_since = null, rests_until = null, delivered_at = $3
where account_id = $1
  and id = $2
