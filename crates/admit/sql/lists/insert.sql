insert into invite_lists (account_id, draft_id, number, name, row_count)
values ($1, $2, $3, $4, $5)
