-- For all accounts.
select count(*) as waiting_count
from webhook_deliveries
where state in ('waiting', 'held', 'taken')
