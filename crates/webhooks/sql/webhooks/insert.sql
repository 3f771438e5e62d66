insert into webhooks (account_id, id, name, name_key, url, areas, state, secret, revision, created_at)
values ($1, $2, $3, $4, $5, $6, 'on', $7, 1, $8)
