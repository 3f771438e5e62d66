-- A key that begins with + is a phone number; no e-mail address does.
select id, password_hash, failed_sign_ins, locked_until
from identities
where email_key = $1
  or phone = $1
