update kept_fields
set kept_by_name = replace(kept_fields.kept_by_name, x.needle, x.word)
from staged_words x
where kept_fields.account_id = $1
  and replace(kept_fields.kept_by_name, x.needle, '') <> kept_fields.kept_by_name
