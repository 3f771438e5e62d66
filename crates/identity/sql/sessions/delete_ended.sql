-- What no browser needs to be told about any more.
delete from sessions
where identity_id = $1
  and (
    expires_at <= $2
    or last_seen_at <= $3
  )
