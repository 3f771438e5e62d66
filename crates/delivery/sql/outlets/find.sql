select next_at, failures, retry_at, problem
from outlets
where channel = $1
