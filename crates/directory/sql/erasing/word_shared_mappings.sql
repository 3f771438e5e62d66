update shared_mappings
set saved_by_name = replace(shared_mappings.saved_by_name, x.needle, x.word)
from staged_words x
where shared_mappings.account_id = $1
  and replace(shared_mappings.saved_by_name, x.needle, '') <> shared_mappings.saved_by_name
