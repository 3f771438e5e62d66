insert into accounts (id, slug, name, default_country, time_zone, locked_while_importing, created_at)
values ($1, $2, $3, $4, $5, false, $6)
