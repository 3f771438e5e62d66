update activity
set details = replace(activity.details, x.needle, x.word)
from staged_words x
where activity.account_id = $1
  and replace(activity.details, x.needle, '') <> activity.details
