select
  cast(t.relname as text) as table_name,
  cast(c.attname as text) as column_name,
  cast(coalesce(array_position(k.indkey, c.attnum) + 1, 0) as bigint) as key_position
from pg_class t
join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
left join pg_index k on k.indrelid = t.oid and k.indisprimary
where t.relkind = 'r' and t.relnamespace = (select n.oid from pg_namespace n where n.nspname = current_schema())
order by cast(t.relname as text) collate "C", cast(c.attname as text) collate "C"
