update early_access
set decided_by_name = replace(early_access.decided_by_name, x.needle, x.word)
from staged_words x
where early_access.account_id = $1
  and replace(early_access.decided_by_name, x.needle, '') <> early_access.decided_by_name
