update series set
  seen = $3,
  next_at = case
    when next_at is null or cast($4 as bigint) is null or next_at < cast($4 as bigint) then next_at
    else cast($4 as bigint)
  end
where account_id = $1
  and id = $2
