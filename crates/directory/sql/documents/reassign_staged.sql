update documents
set assignee_id = $2, note = $3, version = version + 1, updated_at = $4, state = $5
where account_id = $1
  and exists (
    select 1
    from staged_documents t
    where t.id = documents.id
      and t.version = documents.version
  )
