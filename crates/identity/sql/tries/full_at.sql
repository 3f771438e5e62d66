select full_at
from tries
where kind = $1
  and network = $2
