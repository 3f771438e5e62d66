insert into outlets (channel, next_at, updated_at)
values ($1, 0, $2)
on conflict (channel)
do update set updated_at = excluded.updated_at
