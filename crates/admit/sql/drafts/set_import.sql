update invite_drafts
set import_id = $3, updated_at = $4
where account_id = $1 and id = $2
