insert into groups (account_id, id, kind, name, name_key, import_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (account_id, kind, name_key) do nothing
