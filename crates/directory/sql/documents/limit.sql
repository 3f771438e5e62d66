select document_limit_mb
from accounts
where id = $1
