select coalesce(max(edit_no), 0) + 1 as number
from import_edits
where account_id = $1
  and import_id = $2
