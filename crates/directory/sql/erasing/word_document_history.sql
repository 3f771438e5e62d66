update document_history
set note = replace(document_history.note, x.needle, x.word)
from staged_words x
where document_history.account_id = $1
  and replace(document_history.note, x.needle, '') <> document_history.note
