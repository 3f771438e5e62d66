update invite_drafts
set next_number = next_number + $3
where account_id = $1 and id = $2
returning next_number - $3 as first_number
