-- Shapes only: what a careful person would write in an afternoon. The last row of an address wins.
create temporary table shaped on commit drop as
select distinct on (email_key) * from (
  select
    row_number() over () as row_no,
    external_id, lower(external_id) as external_id_key,
    btrim(first_name) as first_name, btrim(last_name) as last_name,
    lower(btrim(first_name) || ' ' || btrim(last_name)) as name_key, lower(btrim(last_name)) as last_name_key,
    btrim(email) as email, lower(btrim(email)) as email_key,
    case
      when phone is null then null
      when phone like '+%' then '+' || regexp_replace(phone, '[^0-9]', '', 'g')
      when phone like '00%' then '+' || substr(regexp_replace(phone, '[^0-9]', '', 'g'), 3)
      else '+27' || substr(regexp_replace(phone, '[^0-9]', '', 'g'), 2)
    end as phone,
    notes, title, department, language, coalesce(lower(kind), 'employee') as person_kind
  from staging
) as normalised
where email_key ~ '^[^@ ]+@[^@ ]+\.[^@ ]+$'
  and first_name <> '' and last_name <> ''
  and external_id ~ '^[A-Za-z0-9._-]{1,64}$'
  and (phone is null or phone ~ '^\+[1-9][0-9]{7,14}$')
  and (notes is null or length(notes) <= 500)
  and (department is null or department !~ '[[:cntrl:]]')
order by email_key, row_no desc;

delete from shaped s using (
  select row_no, row_number() over (partition by phone order by row_no) as copy from shaped where phone is not null
) as phones
where phones.row_no = s.row_no and phones.copy > 1;
delete from shaped s using (
  select row_no, row_number() over (partition by external_id_key order by row_no) as copy from shaped
) as ids
where ids.row_no = s.row_no and ids.copy > 1;
analyze shaped;

update floor_users u
set first_name = s.first_name, last_name = s.last_name, name_key = s.name_key, last_name_key = s.last_name_key,
  external_id = s.external_id, external_id_key = s.external_id_key, email = s.email, phone = s.phone,
  notes = s.notes, title = s.title, department = s.department, language = s.language,
  person_kind = s.person_kind, version = u.version + 1, updated_at = 1750000000000000
from shaped s
where u.account_id = current_setting('bench.account')::uuid
  and u.email_key = s.email_key
  and (u.first_name, u.last_name, u.external_id, u.email, u.phone, u.notes, u.title, u.department, u.language,
       u.person_kind)
    is distinct from
      (s.first_name, s.last_name, s.external_id, s.email, s.phone, s.notes, s.title, s.department, s.language,
       s.person_kind);

insert into floor_users (
  account_id, id, external_id, external_id_key, first_name, last_name, name_key, last_name_key, email, email_key,
  phone, notes, role, status, person_kind, title, department, language, version, import_id, created_at, updated_at
)
select
  current_setting('bench.account')::uuid,
  -- Ids that grow, as version 7 does: random ones would make the script slower.
  (lpad(to_hex(1750000000000 + (s.row_no >> 12)), 12, '0') || '7' || lpad(to_hex(s.row_no & 4095), 3, '0')
    || '8' || substr(md5(s.email_key), 1, 15))::uuid,
  s.external_id, s.external_id_key, s.first_name, s.last_name, s.name_key, s.last_name_key, s.email, s.email_key,
  s.phone, s.notes, 'user', 'active', s.person_kind, s.title, s.department, s.language, 1,
  '01975e00-0000-7000-8000-696d706f7274', 1750000000000000, 1750000000000000
from shaped s
where not exists (
  select 1 from floor_users u
  where u.account_id = current_setting('bench.account')::uuid
    and (u.email_key = s.email_key or u.phone = s.phone or u.external_id_key = s.external_id_key)
)
order by s.row_no;
