insert into custom_fields (account_id, key, label, kind, choices, position, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (account_id, key) do nothing
