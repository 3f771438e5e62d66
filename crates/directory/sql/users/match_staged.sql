select s.row_no, s.kind, u.id
from staged_keys s
join users u on u.account_id = $1 and u.external_id_key = s.key
where s.kind = 0
union all
select s.row_no, s.kind, u.id
from staged_keys s
join users u on u.account_id = $1 and u.email_key = s.key
where s.kind = 1
union all
select s.row_no, s.kind, u.id
from staged_keys s
join users u on u.account_id = $1 and u.phone = s.key
where s.kind = 2
union all
select s.row_no, s.kind, c.user_id
from staged_keys s
join cards c on c.account_id = $1 and c.number = s.key and c.state in ('reserved', 'issued', 'active', 'paused')
where s.kind = 3
