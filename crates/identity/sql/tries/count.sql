insert into tries (kind, network, full_at)
values ($1, $2, $4)
on conflict (kind, network) do update set
  full_at = case when tries.full_at > $3 then tries.full_at + $5 else $4 end
