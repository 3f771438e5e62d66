update outlets
set failures = failures + 1, retry_at = $2, problem = $3, updated_at = $4
where channel = $1
