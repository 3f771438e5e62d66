insert into notification_choices (account_id, user_id, topic, by_email)
values ($1, $2, $3, $4)
on conflict (account_id, user_id, topic) do update set by_email = excluded.by_email
