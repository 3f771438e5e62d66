select count(*) > 0 as found
from sqlite_schema
where type = 'table' and name = 'schema_migrations'
