update series_runs
set reasons = replace(series_runs.reasons, x.needle, x.word),
  comparison = replace(series_runs.comparison, x.needle, x.word),
  file_name = replace(series_runs.file_name, x.needle, x.word)
from staged_words x
where series_runs.account_id = $1
  and (replace(series_runs.reasons, x.needle, '') <> series_runs.reasons
    or replace(series_runs.comparison, x.needle, '') <> series_runs.comparison
    or replace(series_runs.file_name, x.needle, '') <> series_runs.file_name)
