update outlets
set next_at = $2, updated_at = $3
where channel = $1
