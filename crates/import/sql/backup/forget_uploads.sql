-- Of all accounts: a backup is of a whole installation.
delete from uploads
where account_id in (
    select id
    from accounts
  )
