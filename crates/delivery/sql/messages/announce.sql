update messages
set announced = true
where account_id = $1
and id in (
  select waiting.id
  from messages waiting
  where waiting.account_id = $1
  and waiting.state = 'bounced'
  and waiting.announced = false
  order by waiting.id
  limit $2
)
returning id, channel, purpose, language, subject_id, recipient, parameters, link, state, attempts, due_at, reason, reply,
  created_at, settled_at, forgotten_at
