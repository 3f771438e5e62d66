insert into activity (account_id, id, at, actor_id, actor_kind, actor_name, action, area, subject_id, details)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
