update card_runs
set state = 'done', ended_at = $3, given_up = $4
where account_id = $1
  and id = $2
