select next_secret
from second_factors
where identity_id = $1
  and next_secret is not null
  and next_until > $2
