delete from invite_gifts
where account_id = $1 and draft_id = $2
