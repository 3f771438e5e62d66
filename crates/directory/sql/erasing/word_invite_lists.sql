update invite_lists
set name = replace(invite_lists.name, x.needle, x.word)
from staged_words x
where invite_lists.account_id = $1
  and replace(invite_lists.name, x.needle, '') <> invite_lists.name
