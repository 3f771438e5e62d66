-- Every card that has or had the number.
select c.id, c.user_id, u.first_name, u.last_name, c.state, c.created_at
from cards c
left join users u on u.account_id = c.account_id and u.id = c.user_id
where c.account_id = $1
  and c.number = $2
order by c.created_at desc, c.id desc
limit 50
