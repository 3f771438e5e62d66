select edit_no
from import_edits
where account_id = $1
  and import_id = $2
  and undone_at is null
order by edit_no
