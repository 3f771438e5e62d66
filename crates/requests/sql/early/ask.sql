-- Who was refused, or had it once, may ask again.
insert into early_access (account_id, user_id, state, asked_at)
values ($1, $2, 'requested', $3)
on conflict (account_id, user_id) do update
set state = 'requested', version = null, asked_at = excluded.asked_at, decided_at = null, decided_by_name = null
where early_access.state in ('refused', 'ended', 'expired')
