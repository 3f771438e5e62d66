-- Access that is over makes room for what is given anew.
delete from grants
where account_id = $1 and ends_at <= $3
  and exists (
    select 1
    from invite_cards c
    join invite_gifts f on f.account_id = c.account_id and f.draft_id = c.draft_id and f.number = c.number
    join users u on u.account_id = c.account_id and u.id = c.user_id
    where c.account_id = $1 and c.draft_id = $2 and c.user_id = grants.user_id and f.device_id = grants.device_id
      and u.status in ('invited', 'active')
  )
