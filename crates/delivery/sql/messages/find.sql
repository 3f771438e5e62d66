select id, channel, purpose, language, subject_id, recipient, parameters, link, state, attempts, due_at, reason, reply,
  created_at, settled_at, forgotten_at
from messages
where account_id = $1
and id = $2
