insert into modules (account_id, key, label, seats, created_at)
values ($1, $2, $3, $4, $5)
on conflict (account_id, key) do update set seats = excluded.seats
