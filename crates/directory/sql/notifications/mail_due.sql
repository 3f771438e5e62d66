select n.user_id, n.id, n.kind, n.text, n.read_at, u.first_name, u.last_name, u.language,
  case when u.status = 'active' then u.email end as email
from notifications n
join users u on u.account_id = n.account_id and u.id = n.user_id
where n.account_id = $1
  and n.mail_due_at is not null
  and n.user_id in (
    select d.user_id
    from notifications d
    where d.account_id = $1
      and d.mail_due_at <= $2
  )
order by n.user_id, n.id
limit $3
