update outlets
set failures = 0, retry_at = null, problem = null, updated_at = $2
where channel = $1
and failures > 0
