insert into message_templates (account_id, purpose, channel, language, subject, text, updated_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (account_id, purpose, channel, language) do nothing
