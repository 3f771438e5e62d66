-- A link is worth something as long as it was sent where the identity signs in with.
select r.identity_id, r.channel
from password_resets r
join identities i on i.id = r.identity_id
where r.token_hash = $1
  and r.state = 'open'
  and r.expires_at > $2
  and r.recipient = case when r.channel = 'sms' then i.phone else i.email end
