select id, password_hash, failed_sign_ins, locked_until
from identities
where id = $1
