update imports set state = 'mapping', plan = null, rev = rev + 1
where account_id = $1
  and id = $2
  and state in ('planned', 'refused')
