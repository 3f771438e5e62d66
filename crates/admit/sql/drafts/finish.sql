update invite_drafts
set state = $3, wave_id = $4, failure = $5, updated_at = $6
where account_id = $1 and id = $2
