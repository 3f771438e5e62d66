update accounts
set two_factor_roles = $2
where id = $1
