select password_chars, session_limit
from accounts
where id = $1
