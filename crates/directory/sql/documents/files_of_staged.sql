select f.id
from document_files f
join staged_ids s on s.id = f.document_id
where f.account_id = $1
