select id, source, import_id, starts_at, ends_at, state, after_user_id, issued, holding, no_number, not_active, over, begun_by, begun_by_name, created_at, ended_at, given_up
from card_runs
where account_id = $1
order by id desc
limit 20
