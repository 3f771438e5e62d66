insert into import_settings (account_id, existing, bad_rows, unknown_group, most_percent, most_people, most_cards)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (account_id) do update
set existing = excluded.existing, bad_rows = excluded.bad_rows, unknown_group = excluded.unknown_group,
  most_percent = excluded.most_percent, most_people = excluded.most_people, most_cards = excluded.most_cards
