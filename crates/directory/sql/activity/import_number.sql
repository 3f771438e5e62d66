select id
from imports
where account_id = $1
  and number = $2
