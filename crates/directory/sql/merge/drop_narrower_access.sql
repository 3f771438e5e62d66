-- `$2` loses what `$3` has as wide on the same device, or only what they have wider if `$4`.
delete from grants
where account_id = $1
  and user_id = $2
  and exists (
    select 1
    from grants w
    where w.account_id = $1
      and w.user_id = $3
      and w.device_id = grants.device_id
      and (
        case w.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end > case grants.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end
        or (not $4 and case w.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end = case grants.access_type when 'owner' then 5 when 'full' then 4 when 'tenant' then 3 when 'always' then 2 else 1 end)
      )
  )
