select distinct cast(t.relname as text) as table_name, cast(r.relname as text) as referenced
from pg_constraint c
join pg_class t on t.oid = c.conrelid
join pg_class r on r.oid = c.confrelid
where c.contype = 'f' and t.relnamespace = (select n.oid from pg_namespace n where n.nspname = current_schema())
order by 1, 2
