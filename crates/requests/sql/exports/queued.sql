select e.made_by, e.selection, e.is_workbook
from exports e
where e.account_id = $1
  and e.id = $2
  and e.state = 'queued'
