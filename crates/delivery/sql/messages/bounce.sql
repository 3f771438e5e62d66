-- The report names a message by its id, which is unique in all accounts.
update messages
set state = 'bounced', reason = $2, reply = $3, settled_at = $4
where id = $1
and state in ('handed', 'sent')
returning account_id
