-- What somebody had, and what of it is still there.
select
  (
    select count(*)
    from deleted_links l
    join groups g on g.account_id = l.account_id and g.id = l.target_id
    where l.account_id = d.account_id
      and l.user_id = d.user_id
      and l.kind = 'group'
  ) as groups,
  (
    select count(*)
    from deleted_links l
    join workflows w on w.account_id = l.account_id and w.id = l.target_id
    where l.account_id = d.account_id
      and l.user_id = d.user_id
      and l.kind = 'workflow'
  ) as workflows,
  (
    select count(*)
    from revoked_grants g
    where g.account_id = d.account_id
      and g.user_id = d.user_id
      and g.revoked_at = d.deleted_at
  ) as grants,
  (select count(*) from deleted_seats p where p.account_id = d.account_id and p.user_id = d.user_id) as seats,
  (
    select count(*)
    from cards c
    join card_events e on e.account_id = c.account_id and e.card_id = c.id
    where c.account_id = d.account_id
      and c.user_id = d.user_id
      and c.state = 'revoked'
      and e.what = 'revoke'
      and e.at = d.deleted_at
  ) as cards
from deleted_users d
where d.account_id = $1
  and d.user_id = $2
