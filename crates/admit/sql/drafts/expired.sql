select id
from invite_drafts
where account_id = $1 and updated_at < $2 and state <> 'importing'
order by updated_at, id
limit 100
