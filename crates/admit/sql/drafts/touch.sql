update invite_drafts
set rev = rev + 1, updated_at = $3
where account_id = $1 and id = $2 and state = 'open'
