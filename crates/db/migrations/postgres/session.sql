-- Tables of one connection, filled and emptied within a transaction: what set-based statements join with.

create temporary table staged_ids (
  id uuid not null
) on commit delete rows;

create temporary table staged_keys (
  kind bigint not null,
  key text collate "C" not null,
  row_no bigint not null
) on commit delete rows;

create temporary table staged_updates (
  user_id uuid not null,
  version bigint not null,
  external_id text,
  external_id_key text collate "C",
  first_name text not null,
  last_name text not null,
  name_key text collate "C" not null,
  last_name_key text collate "C" not null,
  email text,
  email_key text collate "C",
  phone text collate "C",
  notes text,
  role text not null,
  status text not null,
  person_kind text not null,
  title text,
  department text,
  language text,
  custom text,
  import_id uuid,
  admin_role_id uuid
) on commit delete rows;

create temporary table staged_links (
  user_id uuid not null,
  identity_id uuid not null
) on commit delete rows;

create temporary table staged_documents (
  id uuid not null,
  version bigint not null
) on commit delete rows;

create temporary table staged_words (
  user_id uuid not null,
  needle text not null,
  folded text not null,
  word text not null
) on commit delete rows;
