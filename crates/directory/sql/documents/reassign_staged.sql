update documents
set assignee_id = $2, note = $3, version = version + 1, updated_at = $4,
  state = case state when 'draft' then 'inbox' else state end
where account_id = $1
  and state <> 'completed'
  and exists (
    select 1
    from staged_documents t
    where t.id = documents.id
      and t.version = documents.version
  )
