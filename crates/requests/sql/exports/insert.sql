insert into exports (account_id, id, made_by, selection, is_workbook, state, created_at, expires_at)
values ($1, $2, $3, $4, $5, 'queued', $6, $7)
