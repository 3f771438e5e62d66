select two_factor_roles
from accounts
where id = $1
