-- For all accounts.
select distinct worker
from messages
where worker is not null
