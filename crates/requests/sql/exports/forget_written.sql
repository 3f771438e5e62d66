-- Of all accounts: a backup is of a whole installation.
delete from exports
where account_id in (
    select id
    from accounts
  )
  and state = 'ready'
