select count(*) as number
from api_tokens
where account_id = $1
  and revoked_at is null
