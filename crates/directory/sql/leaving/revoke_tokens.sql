update api_tokens
set revoked_at = $2
where account_id = $1
  and revoked_at is null
  and user_id in (select s.id from staged_ids s)
