insert into notifications (account_id, id, user_id, kind, subject_id, text, created_at, read_at, mail_due_at)
values ($1, $2, $3, $4, $5, $6, $7, null, $8)
