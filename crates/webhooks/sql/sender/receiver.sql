select name, url, secret, old_secret, old_secret_until, failing_since
from webhooks
where account_id = $1
  and id = $2
