-- The log can be filtered by what was done and by what kind of actor, and only grows: an entry is never removed, and
-- changed only when somebody named in it is erased, which marks the entry (docs/decisions/0028).
alter table activity add column area text collate "C" not null default '';
alter table activity add column actor_kind text collate "C" not null default 'person' check (actor_kind in ('person', 'token', 'series', 'system'));
alter table activity add column erased_at bigint;
update activity set area = case
  when action in ('user.create') then 'added'
  when action in ('user.invite', 'user.connect') then 'invitations'
  when action in ('user.password', 'user.password_request', 'user.two_factor', 'user.two_factor_reset', 'user.sign_out', 'user.devices') then 'sign_in'
  when action like 'user.data%' or action like 'early\_access.%' escape '\' and action <> 'early_access.settings' then 'requests'
  when action in ('user.lead', 'user.lead_end') or action like 'group.%' then 'groups'
  when action like 'user.%' or action like 'users.%' or action like 'photos.%' and action <> 'photos.settings' then 'changed'
  when action like 'access.%' then 'access'
  when action like 'device.%' then 'devices'
  when action like 'card.%' or action like 'cards.%' then 'cards'
  when action = 'invitations.settings' then 'settings'
  when action like 'invitation.%' or action like 'invitations.%' or action like 'invite.%' then 'invitations'
  when action like 'import.%' or action like 'series.%' or action like 'mapping.%' then 'imports'
  when action like 'workflow.%' then 'workflows'
  when action like 'document.%' then 'documents'
  when action like 'message.%' then 'messages'
  else 'settings'
end, actor_kind = case
  when actor_id is null then 'system'
  when actor_name like '% (token %)' then 'token'
  when actor_name like '% (series)' then 'series'
  else 'person'
end;
create index activity_area on activity (account_id, area, id);
create index activity_kind on activity (account_id, actor_kind, id);

create function activity_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the activity log is append-only';
end
$$;
create trigger activity_stays before delete or truncate on activity
for each statement execute function activity_is_append_only();
create trigger activity_is_written_once before update on activity for each row
when (
  new.erased_at is null
  or new.erased_at < old.erased_at
  or new.account_id <> old.account_id
  or new.id <> old.id
  or new.at <> old.at
  or new.actor_id is distinct from old.actor_id
  or new.actor_kind <> old.actor_kind
  or new.action <> old.action
  or new.area <> old.area
  or new.subject_id is distinct from old.subject_id
)
execute function activity_is_append_only();

-- Which version of the app a device has, as it is shown and as it is compared.
alter table sessions add column app_version text;
alter table sessions add column app_version_key text collate "C";
create index sessions_app on sessions (account_id, app_version_key, user_id) where app_version_key is not null;
alter table accounts add column released_version_key text collate "C";
