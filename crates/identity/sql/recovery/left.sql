select count(*) as n
from recovery_codes
where identity_id = $1
  and used_at is null
