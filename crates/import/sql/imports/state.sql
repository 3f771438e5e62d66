select state
from imports
where account_id = $1
  and id = $2
