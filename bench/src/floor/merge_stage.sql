create temporary table staging (
  external_id text, first_name text, last_name text, email text, phone text, title text, department text,
  language text, notes text, kind text
) on commit drop;
