insert into erased_documents (account_id, document_id)
select d.account_id, d.id
from documents d
where d.account_id = $1
  and d.assignee_id in (select s.id from staged_ids s)
on conflict (account_id, document_id) do nothing
