insert into card_settings (account_id, radix, card_type, valid_days)
values ($1, $2, $3, $4)
on conflict (account_id) do update
set radix = excluded.radix, card_type = excluded.card_type, valid_days = excluded.valid_days
