select secret, confirmed_at, last_step
from second_factors
where identity_id = $1
  and secret is not null
