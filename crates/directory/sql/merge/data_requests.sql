-- Of two requests that wait one is enough; the other stays with who goes, and finds nobody.
update data_requests
set user_id = $2
where account_id = $1
  and user_id = $3
  and (state <> 'queued' or not exists (
    select 1
    from data_requests k
    where k.account_id = $1
      and k.user_id = $2
      and k.state = 'queued'
  ))
