insert into schema_migrations (name, checksum, applied_at)
values ($1, $2, $3)
