update invitation_waves
set invited = invited - $3
where account_id = $1
  and id = $2
