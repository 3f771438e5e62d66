update webhooks
set old_secret = null, old_secret_until = null, revision = revision + 1
where account_id = $1
  and id = $2
  and old_secret is not null
