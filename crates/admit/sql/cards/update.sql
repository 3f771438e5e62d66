update invite_cards
set name = $4, name_key = $5, phone = $6, email = $7, email_key = $8, notes = $9
where account_id = $1 and draft_id = $2 and number = $3
