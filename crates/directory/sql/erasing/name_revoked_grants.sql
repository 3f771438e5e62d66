update revoked_grants
set revoked_by_name = (select min(x.word) from staged_words x where x.user_id = revoked_grants.revoked_by)
where account_id = $1
  and revoked_by in (select s.id from staged_ids s)
