select
  count(*) filter (where is_given and holds and status = 'active') as active,
  count(*) filter (where is_given and holds and status = 'invited') as pending,
  count(*) filter (where is_given and not (holds and coalesce(status, '') in ('active', 'invited'))) as gone,
  count(*) filter (where has_access) as with_access,
  count(*) filter (where outcome in ('failed', 'skipped')) as failed,
  count(*) filter (where outcome is null and not has_access) as waiting
from (
  select
    c.has_access,
    c.outcome,
    coalesce(c.outcome, '') in ('created', 'updated') as is_given,
    u.status,
    exists (
      select 1
      from invite_gifts f
      join grants g on g.account_id = f.account_id and g.device_id = f.device_id and g.user_id = c.user_id
      where f.account_id = c.account_id and f.draft_id = c.draft_id and f.number = c.number
        and (g.ends_at is null or g.ends_at > $3)
    ) as holds
  from invite_cards c
  left join users u on u.account_id = c.account_id and u.id = c.user_id
  where c.account_id = $1 and c.draft_id = $2
) as people
