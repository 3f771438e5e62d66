insert into bulk_actions (
  account_id, id, action, told, filter, state, made_by, made_by_name, created_at, updated_at
)
values ($1, $2, $3, $4, $5, 'preparing', $6, $7, $8, $8)
