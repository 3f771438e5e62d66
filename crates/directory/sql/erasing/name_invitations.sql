update invitations
set invited_by_name = (select min(x.word) from staged_words x where x.user_id = invitations.invited_by)
where account_id = $1
  and invited_by in (select s.id from staged_ids s)
