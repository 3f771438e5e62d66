-- Whom a wave has invited.
select w.user_id
from invitations w
where w.account_id = $1
  and w.wave_id = $2
