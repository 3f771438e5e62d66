select document_id
from erased_documents
where account_id = $1
order by document_id
limit $2
