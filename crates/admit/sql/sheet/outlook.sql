-- What would become of the cards: access at once, an invitation, or nothing.
select
  count(*) filter (where is_barred) as barred,
  count(*) filter (where not is_barred and is_known) as at_once,
  count(*) filter (where not is_barred and not is_known and has_phone) as by_phone,
  count(*) filter (where not is_barred and not is_known and not has_phone) as by_email,
  count(*) filter (where not is_barred and not is_known and has_phone and not has_email) as phone_only
from (
  select
    (u.id is not null and u.status not in ('active', 'invited')) or other.id is not null as is_barred,
    (u.status is not null and u.status = 'active') or i.id is not null as is_known,
    coalesce(u.phone, c.phone) is not null as has_phone,
    coalesce(u.email_key, c.email_key) is not null as has_email
  from invite_cards c
  left join users u on u.account_id = c.account_id and u.id = c.user_id
  left join users other on other.account_id = c.account_id and other.email_key = c.email_key
    and u.id is not null and other.id <> u.id
  left join identities i on i.id = coalesce(
    (select p.id from identities p where p.phone = coalesce(u.phone, c.phone) and p.phone_verified_at is not null),
    (select e.id from identities e where e.email_key = coalesce(u.email_key, c.email_key) and e.email_verified_at is not null)
  )
  where c.account_id = $1 and c.draft_id = $2 and not c.has_access
) as looked
