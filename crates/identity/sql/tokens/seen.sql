update api_tokens
set last_used_at = $3
where account_id = $1
  and id = $2
  and (last_used_at is null or last_used_at < $3)
