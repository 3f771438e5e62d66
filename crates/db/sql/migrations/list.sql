select name, checksum
from schema_migrations
order by name
