select id, slug, name, default_country, time_zone, locked_while_importing, keep_imports_months
from accounts
order by slug
limit 1000
