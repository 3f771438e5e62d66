-- An update that changes nothing: whoever else wants the row waits for the end of this transaction.
update invite_drafts
set rev = rev
where account_id = $1 and id = $2 and user_id is not distinct from $3 and state = 'open'
