delete from invite_skips
where account_id = $1 and draft_id = $2
