-- The people of a sent draft; whether any access it gave them holds at `$3`.
select
  c.number,
  c.name,
  coalesce(c.phone, c.email) as contact,
  c.has_access,
  c.outcome,
  c.problem,
  u.status,
  exists (
    select 1
    from invite_gifts f
    join grants g on g.account_id = f.account_id and g.device_id = f.device_id and g.user_id = c.user_id
    where f.account_id = c.account_id and f.draft_id = c.draft_id and f.number = c.number
      and (g.ends_at is null or g.ends_at > $3)
  ) as holds,
  exists (
    select 1 from invitations i
    where i.account_id = c.account_id and i.user_id = c.user_id and i.state = 'open' and i.channel <> 'link'
  ) as is_written_to
from invite_cards c
left join users u on u.account_id = c.account_id and u.id = c.user_id
where c.account_id = $1 and c.draft_id = $2
