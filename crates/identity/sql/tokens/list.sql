-- Tokens of an account, those that are not revoked first.
select t.id, t.user_id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at, t.revoked_at,
  u.first_name, u.last_name, u.role, u.status, u.admin_role_id
from api_tokens t
left join users u on u.account_id = t.account_id and u.id = t.user_id
where t.account_id = $1
order by case when t.revoked_at is null then 0 else 1 end, t.created_at desc, t.id desc
limit $2
