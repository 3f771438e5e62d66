update invite_lists
set is_told = true
where account_id = $1 and draft_id = $2
