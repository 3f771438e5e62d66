-- An update that changes nothing: whoever else wants the row waits for the end of this transaction.
update devices
set name = name
where account_id = $1
  and id = $2
returning id, name, name_key, guest_minutes, guest_limit
