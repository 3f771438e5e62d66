select distinct t.name as table_name, r."table" as referenced
from sqlite_schema t
join pragma_foreign_key_list(t.name) r
where t.type = 'table'
order by 1, 2
