insert into shared_mappings (account_id, name_key, name, mapping, saved_by_name, saved_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (account_id, name_key) do update set
  name = excluded.name,
  mapping = excluded.mapping,
  saved_by_name = excluded.saved_by_name,
  saved_at = excluded.saved_at
