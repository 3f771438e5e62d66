-- For all accounts: a sender sends for every one.
select account_id, id, due_at
from messages
where worker = $1
and state = 'handed'
