update api_answers
set status = $5, body = $6, headers = $7
where account_id = $1
  and token_id = $2
  and key_hash = $3
  and request_hash = $4
