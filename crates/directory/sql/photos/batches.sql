select
  b.id,
  b.source_name,
  b.recognise,
  b.replace_existing,
  b.state,
  b.files,
  b.files_done,
  b.stored,
  b.replaced,
  b.kept,
  b.refused,
  b.error,
  b.begun_by,
  b.begun_by_name,
  b.created_at,
  b.undo_state
from photo_batches b
where b.account_id = $1
order by b.id desc
limit 20
