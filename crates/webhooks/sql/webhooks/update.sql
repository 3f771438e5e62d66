update webhooks
set name = $3, name_key = $4, url = $5, areas = $6, revision = revision + 1
where account_id = $1
  and id = $2
  and revision = $7
