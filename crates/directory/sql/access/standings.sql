-- How many people's access stands how, among the first so many of a device.
select c.standing, count(*) as people
from (
  select
    case
      when g.ends_at <= $3 then 'expired'
      when u.status = 'active' then 'active'
      when u.status = 'invited' then 'pending'
      else 'deactivated'
    end as standing
  from grants g
  join users u on u.account_id = g.account_id and u.id = g.user_id
  where g.account_id = $1
    and g.device_id = $2
    and u.status <> 'deleted'
    and (cast($4 as uuid) is null or g.invited_by = $4)
  limit $5
) c
group by c.standing
order by c.standing
