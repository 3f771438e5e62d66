-- Everything that happened to the number, whichever card had it; names are those of today.
select
  e.id,
  e.card_id,
  e.what,
  e.state_after,
  e.at,
  e.actor_name,
  e.user_id,
  u.first_name,
  u.last_name,
  e.former_user_id,
  f.first_name as former_first,
  f.last_name as former_last
from card_events e
join cards c on c.account_id = e.account_id and c.id = e.card_id
left join users u on u.account_id = e.account_id and u.id = e.user_id
left join users f on f.account_id = e.account_id and f.id = e.former_user_id
where e.account_id = $1
  and c.number = $2
order by e.at desc, e.id desc
limit $3
