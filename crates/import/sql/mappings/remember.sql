insert into mappings (account_id, signature, columns, used_at)
values ($1, $2, $3, $4)
on conflict (account_id, signature) do update set columns = excluded.columns, used_at = excluded.used_at
