select count(*) as invited
from users u
where u.account_id = $1
  and u.import_id = $2
  and exists (
    select 1
    from invitations i
    where i.account_id = u.account_id
      and i.user_id = u.id
      and i.channel <> 'link'
  )
