-- What became of everybody, in the order of their ids.
select
  p.user_id,
  p.outcome,
  u.external_id,
  u.first_name,
  u.last_name,
  u.email,
  c.number,
  c.card_type,
  c.starts_at,
  c.ends_at
from card_run_people p
left join users u on u.account_id = p.account_id and u.id = p.user_id
left join cards c on c.account_id = p.account_id and c.user_id = p.user_id and p.outcome in ('issued', 'holding')
  and c.state in ('issued', 'active', 'paused')
where p.account_id = $1
  and p.run_id = $2
  and p.outcome is not null
  and (cast($3 as uuid) is null or p.user_id > $3)
order by p.user_id
limit $4
