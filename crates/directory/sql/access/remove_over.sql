delete from grants
where account_id = $1
  and device_id = $2
  and ends_at <= $3
  and user_id in (select s.id from staged_ids s)
