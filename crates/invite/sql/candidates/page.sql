-- People with what decides whether they can be invited. `$2`: a day ago.
select
  u.id,
  u.first_name,
  u.last_name,
  u.email,
  u.phone,
  u.language,
  u.status,
  (select count(*) from invitations i where i.account_id = u.account_id and i.user_id = u.id and i.state = 'open') as open,
  (select count(*) from invitations i where i.account_id = u.account_id and i.user_id = u.id) as offers,
  (select count(*) from invitations i
   where i.account_id = u.account_id and i.user_id = u.id and i.created_at > $2 and i.channel <> 'link') as offers_today,
  coalesce(e.id, p.id) as identity,
  coalesce(e.id, p.id) is not null and exists (
    select 1 from users o where o.account_id = u.account_id and o.identity_id = coalesce(e.id, p.id)
  ) as identity_is_here
from users u
left join identities e on e.email_key = u.email_key and e.email_verified_at is not null
left join identities p on p.phone = u.phone and p.phone_verified_at is not null
where u.account_id = $1
