create table if not exists schema_migrations (
  name text not null primary key,
  checksum text not null,
  applied_at bigint not null
)
