select id
from identities
where email_key = $1
  or phone = $1
