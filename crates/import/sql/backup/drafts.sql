select account_id, id, updated_at
from imports
where state in ('choose_format', 'mapping', 'checking', 'planned', 'refused')
order by account_id, id
