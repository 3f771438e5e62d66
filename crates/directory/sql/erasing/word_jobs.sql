update jobs
set payload = replace(jobs.payload, x.needle, x.word), error = replace(jobs.error, x.needle, x.word)
from staged_words x
where jobs.account_id = $1
  and (replace(jobs.payload, x.needle, '') <> jobs.payload
    or replace(jobs.error, x.needle, '') <> jobs.error)
