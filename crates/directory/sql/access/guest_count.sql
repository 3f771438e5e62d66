-- A place is held by a guest whose access is pending or active.
select count(*) as guest_count
from grants o
join users h on h.account_id = o.account_id and h.id = o.user_id
where o.account_id = $1
  and o.device_id = $2
  and o.is_guest
  and o.ends_at > $3
  and h.status in ('invited', 'active')
