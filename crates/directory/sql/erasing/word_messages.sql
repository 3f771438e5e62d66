update messages
set parameters = replace(messages.parameters, x.needle, x.word)
from staged_words x
where messages.account_id = $1
  and replace(messages.parameters, x.needle, '') <> messages.parameters
