update webhooks
set failures = failures + 1, failing_since = coalesce(failing_since, $3)
where account_id = $1
  and id = $2
returning state, failures, failing_since
