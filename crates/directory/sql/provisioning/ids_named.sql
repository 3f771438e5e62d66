-- Whose name this is: the one a provider gave, or for everybody else the e-mail address or the user ID.
select p.user_id as id
from provisioned_users p
where p.account_id = $1
  and p.user_name_key = $2
union
select u.id
from users u
where u.account_id = $1
  and u.email_key = $3
union
select u.id
from users u
where u.account_id = $1
  and u.external_id_key = $4
