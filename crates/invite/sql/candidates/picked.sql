-- Who was picked for a wave.
select p.user_id
from invitation_picks p
where p.account_id = $1
  and p.wave_id = $2
