-- Somebody whose sign-in is another person's of the account by now is invited anew.
update users
set email = d.email, email_key = d.email_key, phone = d.phone, external_id = d.external_id,
  external_id_key = d.external_id_key, version = version + 1, updated_at = $2,
  identity_id = (
    select i.id
    from identities i
    where i.id = d.identity_id
      and not exists (
        select 1
        from users o
        where o.account_id = $1
          and o.identity_id = i.id
      )
  ),
  status = case
    when d.was_status = 'active' and not exists (
      select 1
      from identities i
      where i.id = d.identity_id
        and not exists (
          select 1
          from users o
          where o.account_id = $1
            and o.identity_id = i.id
        )
    ) then 'invited'
    else d.was_status
  end
from deleted_users d
where users.account_id = $1
  and users.id in (select s.id from staged_ids s)
  and users.status = 'deleted'
  and d.account_id = users.account_id
  and d.user_id = users.id
