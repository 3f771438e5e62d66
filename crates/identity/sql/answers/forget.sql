delete from api_answers
where account_id = $1
  and created_at <= $2
