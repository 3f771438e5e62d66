select end_reason
from sessions
where token_hash = $1
  and end_reason is not null
