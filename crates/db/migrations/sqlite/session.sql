-- Tables of one connection, filled and emptied within a transaction: what set-based statements join with.

create temporary table staged_ids (
  id blob not null
);

create temporary table staged_keys (
  kind integer not null,
  key text not null,
  row_no integer not null
);

create temporary table staged_updates (
  user_id blob not null,
  version integer not null,
  external_id text,
  external_id_key text,
  first_name text not null,
  last_name text not null,
  name_key text not null,
  last_name_key text not null,
  email text,
  email_key text,
  phone text,
  notes text,
  role text not null,
  status text not null,
  person_kind text not null,
  title text,
  department text,
  language text,
  custom text,
  import_id blob,
  admin_role_id blob
);

create temporary table staged_links (
  user_id blob not null,
  identity_id blob not null
);

create temporary table staged_documents (
  id blob not null,
  version integer not null
);

create temporary table staged_words (
  user_id blob not null,
  needle text not null,
  folded text not null,
  word text not null
);
