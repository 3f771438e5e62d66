insert into user_views (account_id, id, owner_id, name, name_key, is_shared, query, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (account_id, owner_id, name_key) do update set
  is_shared = excluded.is_shared,
  query = excluded.query
