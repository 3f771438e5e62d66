insert into invite_drafts (account_id, id, user_id, user_name, state, rev, created_at, updated_at)
values ($1, $2, $3, $4, 'open', 1, $5, $5)
