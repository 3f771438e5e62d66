select e.id, e.is_workbook, e.state, e.sight, e.rows, e.size_bytes, e.created_at, e.expires_at
from exports e
where e.account_id = $1
  and e.id = $2
  and e.made_by = $3
