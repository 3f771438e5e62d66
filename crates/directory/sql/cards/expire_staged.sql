-- Only what nobody else has settled or taken back meanwhile.
update cards
set state = 'expired', version = version + 1
where account_id = $1
  and id in (select s.id from staged_ids s)
  and state in ('reserved', 'issued', 'active', 'paused')
returning id
