select request_hash, status, body, headers
from api_answers
where account_id = $1
  and token_id = $2
  and key_hash = $3
  and created_at > $4
