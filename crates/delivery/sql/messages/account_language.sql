select language
from accounts
where id = $1
