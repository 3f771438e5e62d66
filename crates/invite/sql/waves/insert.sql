insert into invitation_waves (
  account_id, id, kind, source, import_id, channel, days, send_at, state, begun_by, begun_by_name, created_at, updated_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, $11, $11)
