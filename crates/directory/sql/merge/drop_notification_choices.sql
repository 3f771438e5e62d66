delete from notification_choices
where account_id = $1
  and user_id = $2
