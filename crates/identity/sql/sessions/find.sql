select
  s.id,
  s.identity_id,
  s.account_id,
  a.name as account_name,
  s.user_id,
  u.first_name,
  u.last_name,
  u.email,
  u.role,
  u.admin_role_id,
  s.last_seen_at,
  a.two_factor_roles,
  exists (
    select 1
    from second_factors f
    where f.identity_id = s.identity_id
      and f.secret is not null
  ) as has_second_factor
from sessions s
join accounts a on a.id = s.account_id
join users u on u.account_id = s.account_id and u.id = s.user_id
where s.token_hash = $1
  and s.expires_at > $2
  and s.last_seen_at > $3
  and u.identity_id = s.identity_id
  and u.status = 'active'
  and s.end_reason is null
