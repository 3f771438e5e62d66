update notifications
set text = replace(notifications.text, x.needle, x.word)
from staged_words x
where notifications.account_id = $1
  and replace(notifications.text, x.needle, '') <> notifications.text
