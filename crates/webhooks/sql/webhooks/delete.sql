delete from webhooks
where account_id = $1
  and id = $2
