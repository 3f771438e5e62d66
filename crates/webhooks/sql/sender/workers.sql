-- For all accounts.
select distinct worker
from webhook_deliveries
where worker is not null
