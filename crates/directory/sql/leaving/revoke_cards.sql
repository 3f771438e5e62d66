update cards
set state = 'revoked', version = version + 1
where account_id = $1
  and id in (select s.id from staged_ids s)
