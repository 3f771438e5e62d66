update accounts
set document_limit_mb = $2
where id = $1
