-- `$10`: the link is not to be kept.
update messages
set state = $4, due_at = $5, attempts = attempts + $6, reason = $7, reply = $8, settled_at = $9, worker = null,
  link = case when $10 then null else link end
where account_id = $1
and id = $2
and worker = $3
