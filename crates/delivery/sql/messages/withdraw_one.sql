update messages
set state = 'withdrawn', link = null, settled_at = $3
where account_id = $1
and id = $2
and state = 'queued'
