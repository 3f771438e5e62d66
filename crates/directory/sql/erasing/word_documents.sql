update documents
set note = replace(documents.note, x.needle, x.word)
from staged_words x
where documents.account_id = $1
  and replace(documents.note, x.needle, '') <> documents.note
