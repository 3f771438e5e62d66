select number, id, name, media_type, size_bytes, user_name, created_at
from document_files
where account_id = $1
  and document_id = $2
order by number desc
limit $3
