update bulk_actions
set told = replace(bulk_actions.told, x.needle, x.word), filter = replace(bulk_actions.filter, x.needle, x.word)
from staged_words x
where bulk_actions.account_id = $1
  and (replace(bulk_actions.told, x.needle, '') <> bulk_actions.told
    or replace(bulk_actions.filter, x.needle, '') <> bulk_actions.filter)
