update webhooks
set state = $3, reason = null, failures = 0, failing_since = null, rests_until = null, revision = revision + 1
where account_id = $1
  and id = $2
