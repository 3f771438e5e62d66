-- Whoever signs in and has exactly this e-mail address or this phone number.
select id, first_name, last_name
from users
where account_id = $1
  and status = 'active'
  and identity_id is not null
  and (email_key = $2 or phone = $3)
order by id
limit 2
