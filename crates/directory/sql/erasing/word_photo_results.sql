update photo_results
set name = replace(photo_results.name, x.needle, x.word), reason = replace(photo_results.reason, x.needle, x.word)
from staged_words x
where photo_results.account_id = $1
  and (replace(photo_results.name, x.needle, '') <> photo_results.name
    or replace(photo_results.reason, x.needle, '') <> photo_results.reason)
