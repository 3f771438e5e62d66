insert into documents (account_id, id, workflow_id, step_id, title, title_key, state, assignee_id, note, files, version,
  created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, 'inbox', $7, $8, 1, 1, $9, $9)
