-- Invitations of a wave whose message never left.
update invitations
set state = 'withdrawn', settled_at = $3, remind_at = null
where account_id = $1
  and wave_id = $2
  and state = 'open'
  and message_id in (select m.id from messages m where m.account_id = $1 and m.state = 'withdrawn')
