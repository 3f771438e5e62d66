select
  count(*) filter (where c.outcome in ('created', 'updated') and u.status = 'active') as active,
  count(*) filter (where c.outcome in ('created', 'updated') and u.status = 'invited') as pending,
  count(*) filter (where c.outcome in ('created', 'updated') and (u.status is null or u.status not in ('active', 'invited'))) as gone,
  count(*) filter (where c.has_access) as with_access,
  count(*) filter (where c.outcome in ('failed', 'skipped')) as failed,
  count(*) filter (where c.outcome is null and not c.has_access) as waiting
from invite_cards c
left join users u on u.account_id = c.account_id and u.id = c.user_id
where c.account_id = $1 and c.draft_id = $2
