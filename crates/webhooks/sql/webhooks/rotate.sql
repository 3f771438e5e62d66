update webhooks
set old_secret = secret, old_secret_until = $4, secret = $3, revision = revision + 1
where account_id = $1
  and id = $2
