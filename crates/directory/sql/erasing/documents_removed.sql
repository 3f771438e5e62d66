delete from erased_documents
where account_id = $1
  and document_id in (select s.id from staged_ids s)
