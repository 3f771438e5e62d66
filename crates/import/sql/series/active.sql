-- People whom earlier imports of the series of import $2 brought, in the order of ids.
select u.id, u.version, u.role, u.status, u.first_name, u.last_name, u.import_id
from series_runs r
join series_people p on p.account_id = r.account_id and p.series_id = r.series_id
join users u on u.account_id = p.account_id and u.id = p.user_id
where r.account_id = $1
  and r.import_id = $2
  and u.status in ('invited', 'active')
order by u.id
