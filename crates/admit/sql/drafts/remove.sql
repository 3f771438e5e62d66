delete from invite_drafts
where account_id = $1 and id = $2
