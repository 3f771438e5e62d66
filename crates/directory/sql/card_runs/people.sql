-- People who may be in a bulk issue, in the order of their ids.
select u.id
from users u
where u.account_id = $1
