update messages
set state = 'handed'
where account_id = $1
and id = $2
and worker = $3
and state = 'claimed'
