delete from invite_cards
where account_id = $1 and draft_id = $2
