-- Somebody who was given more than being a user since is nobody's to sign in as.
select u.role = 'user' and u.status = 'invited' as is_plain
from users u
where u.account_id = $1 and u.id = $2
