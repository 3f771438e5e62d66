-- The token with a hash, if it holds and its maker is active.
select t.account_id, t.id, t.user_id, t.name, t.scopes, t.last_used_at, u.first_name, u.last_name, u.role, u.admin_role_id
from api_tokens t
join users u on u.account_id = t.account_id and u.id = t.user_id
where t.token_hash = $1
  and t.expires_at > $2
  and t.revoked_at is null
  and u.status = 'active'
