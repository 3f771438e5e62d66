-- The only columns of the log that may be changed, and only by marking it (docs/decisions/0028).
update activity
set details = replace(activity.details, x.needle, x.word), erased_at = $2
from staged_words x
where activity.account_id = $1
  and replace(activity.details, x.needle, '') <> activity.details
