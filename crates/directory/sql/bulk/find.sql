select id, action, told, filter, after_user, state, chosen, fitting, made_by, made_by_name, created_at, updated_at
from bulk_actions
where account_id = $1
  and id = $2
