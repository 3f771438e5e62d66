select account_id, id, user_id, user_name, state, rev, access_type, schedule, ends_at, pasted, giver_id, import_id, wave_id,
  failure, sent_at, created_at, updated_at
from invite_drafts
where account_id = $1 and id = $2 and user_id is not distinct from $3
