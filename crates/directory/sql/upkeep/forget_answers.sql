-- Answers to programs, which may hold values of people, are given again for a day only.
delete from api_answers
where account_id = $1
  and created_at <= $2
