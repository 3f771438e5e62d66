insert into workflows (account_id, id, name, name_key, created_at)
values ($1, $2, $3, $4, $5)
on conflict (account_id, name_key) do nothing
