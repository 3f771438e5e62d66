delete from api_answers
where account_id = $1
  and (token_id in (
      select t.id
      from api_tokens t
      where t.account_id = $1
        and t.user_id in (select s.id from staged_ids s)
    )
    or exists (
      select 1
      from staged_words x
      where replace(api_answers.body, x.needle, '') <> api_answers.body
    ))
