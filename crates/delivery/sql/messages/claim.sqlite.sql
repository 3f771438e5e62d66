-- Messages that are due, awaited ones first.
update messages
set state = 'claimed', worker = $1
where (account_id, id) in (
  select account_id, id
  from messages
  where state = 'queued'
  and channel = $2
  and due_at <= $3
  order by urgency, due_at, id
  limit $4
)
returning account_id, id, purpose, language, recipient, parameters, link, attempts, created_at, urgency, due_at
