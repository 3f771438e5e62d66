update notification_choices
set user_id = $2
where account_id = $1
  and user_id = $3
  and not exists (
    select 1
    from notification_choices k
    where k.account_id = $1
      and k.user_id = $2
      and k.topic = notification_choices.topic
  )
