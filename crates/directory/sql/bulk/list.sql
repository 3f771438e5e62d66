-- The newest actions that were started: everybody's, or those of one person.
select id, action, told, filter, after_user, state, chosen, fitting, made_by, made_by_name, created_at, updated_at
from bulk_actions
where account_id = $1
  and state not in ('preparing', 'ready', 'dropped')
  and ($2 or made_by = $3)
order by id desc
limit 50
