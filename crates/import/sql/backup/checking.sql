select account_id, id
from imports
where state = 'checking'
order by account_id, id
