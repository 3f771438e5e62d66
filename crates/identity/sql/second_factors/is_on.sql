select exists (
  select 1
  from second_factors
  where identity_id = $1
    and secret is not null
) as is_on
