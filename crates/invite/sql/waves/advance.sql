-- A wave that was halted meanwhile stays halted.
update invitation_waves
set
  after_user = $3,
  invited = invited + $4,
  connected = connected + $5,
  already = already + $6,
  unreachable = unreachable + $7,
  state = case when state = 'running' then $8 else state end,
  updated_at = $9
where account_id = $1
  and id = $2
