-- A person is kept aside who has access at `$4` to every chosen device; all cards are looked at, or card `$3`.
update invite_cards
set has_access = not has_access
where account_id = $1 and draft_id = $2 and (cast($3 as bigint) is null or number = $3)
  and has_access <> (
    user_id is not null
    and exists (select 1 from invite_devices d where d.account_id = $1 and d.draft_id = $2)
    and not exists (
      select 1 from invite_devices d
      where d.account_id = $1 and d.draft_id = $2
        and not exists (
          select 1 from grants g
          where g.account_id = $1 and g.user_id = invite_cards.user_id and g.device_id = d.device_id
            and (g.ends_at is null or g.ends_at > $4)
        )
    )
  )
