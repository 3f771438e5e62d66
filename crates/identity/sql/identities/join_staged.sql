update users
set identity_id = s.identity_id, status = 'active', version = version + 1, updated_at = $2
from staged_links s
where users.account_id = $1
  and users.id = s.user_id
  and users.status = 'invited'
  and users.identity_id is null
  and not exists (
    select 1
    from users other
    where other.account_id = $1
      and other.identity_id = s.identity_id
  )
returning users.id
