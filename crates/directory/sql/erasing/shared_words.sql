-- What somebody who stays has, too, is not taken from the texts about them.
select x.needle
from staged_words x
where exists (
    select 1
    from users u
    where u.account_id = $1
      and u.status <> 'deleted'
      and u.email_key = lower(x.needle)
  )
  or exists (
    select 1
    from users u
    where u.account_id = $1
      and u.status <> 'deleted'
      and u.phone = x.needle
  )
  or exists (
    select 1
    from users u
    where u.account_id = $1
      and u.status <> 'deleted'
      and u.external_id_key = lower(x.needle)
  )
  or exists (
    select 1
    from users u
    where u.account_id = $1
      and u.status <> 'deleted'
      and u.name_key = x.folded
  )
