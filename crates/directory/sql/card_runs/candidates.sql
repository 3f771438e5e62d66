-- The staged people with what decides whether they are issued a card: the newest one that is reserved for them.
select
  u.id,
  u.status,
  (select count(*)
   from cards h
   where h.account_id = u.account_id and h.user_id = u.id and h.state in ('issued', 'active', 'paused')
     and (h.ends_at is null or h.ends_at > $2)) as held,
  c.id as card_id,
  c.card_type,
  c.starts_at,
  c.ends_at
from users u
left join cards c on c.account_id = u.account_id and c.user_id = u.id and c.state = 'reserved'
  and not exists (
    select 1
    from cards o
    where o.account_id = c.account_id and o.user_id = c.user_id and o.state = 'reserved' and o.id > c.id
  )
where u.account_id = $1
  and u.id in (select s.id from staged_ids s)
order by u.id
