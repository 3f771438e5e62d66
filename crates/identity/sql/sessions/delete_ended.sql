-- Ended sessions of one identity, and its earliest ones beyond the $4 latest.
delete from sessions
where identity_id = $1
  and (
    expires_at <= $2
    or last_seen_at <= $3
    or id not in (
      select id
      from sessions
      where identity_id = $1
        and expires_at > $2
        and last_seen_at > $3
      order by created_at desc, id desc
      limit $4
    )
  )
