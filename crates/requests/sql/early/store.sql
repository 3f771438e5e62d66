update accounts
set early_link = $2, early_version = $3, released_version = $4, released_version_key = $5
where id = $1
