select identity_id, account_id
from sign_in_steps
where token_hash = $1
  and expires_at > $2
