update invite_drafts
set pasted = $3
where account_id = $1 and id = $2 and state = 'open'
