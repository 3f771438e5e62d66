update invite_drafts
set access_type = $3, schedule = $4, ends_at = $5
where account_id = $1 and id = $2 and state = 'open'
