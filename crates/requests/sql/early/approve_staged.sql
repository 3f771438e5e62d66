-- Whoever has it by now, by another administrator, is left out.
insert into early_access (account_id, user_id, state, version, asked_at, decided_at, decided_by_name)
select $1, s.id, 'approved', $2, $3, $3, $4
from staged_ids s
where true
on conflict (account_id, user_id) do update
set
  state = 'approved',
  version = excluded.version,
  decided_at = excluded.decided_at,
  decided_by_name = excluded.decided_by_name
where early_access.state <> 'approved'
returning user_id
