-- The people of a selection.
select u.id
from users u
where u.account_id = $1
