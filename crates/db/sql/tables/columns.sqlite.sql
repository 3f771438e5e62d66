select t.name as table_name, c.name as column_name, c.pk as key_position
from sqlite_schema t
join pragma_table_info(t.name) c
where t.type = 'table' and t.name not like 'sqlite\_%' escape '\'
order by t.name, c.name
