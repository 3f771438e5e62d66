select id
from messages
where state = 'queued'
and channel = $1
and due_at <= $2
order by urgency
limit 1
