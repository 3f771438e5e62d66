-- An update that changes nothing: whoever else wants the row waits for the end of this transaction.
update invitation_waves
set state = state
where account_id = $1
  and id = $2
