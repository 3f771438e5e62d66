-- The cards that were revoked because their holder was deleted, and whose number nobody has by now.
select c.id, c.user_id, e.state_before
from deleted_users d
join cards c on c.account_id = d.account_id and c.user_id = d.user_id and c.state = 'revoked'
join card_events e on e.account_id = c.account_id and e.card_id = c.id and e.what = 'revoke' and e.at = d.deleted_at
where d.account_id = $1
  and d.user_id in (select s.id from staged_ids s)
  and e.state_before is not null
  and (c.ends_at is null or c.ends_at > $2)
  and not exists (
    select 1
    from cards o
    where o.account_id = c.account_id
      and o.number = c.number
      and o.state in ('reserved', 'issued', 'active', 'paused')
  )
order by c.id
