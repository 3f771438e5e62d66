select id, kind, source, import_id, channel, days, send_at, state, after_user, invited, connected, already, unreachable,
  begun_by, begun_by_name, created_at
from invitation_waves
where account_id = $1
  and id = $2
