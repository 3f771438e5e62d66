-- Only what was looked at.
update invite_drafts
set state = 'importing', pasted = null, giver_id = $3, sent_at = $4, updated_at = $4, rev = rev + 1
where account_id = $1 and id = $2 and state = 'open' and rev = $5
