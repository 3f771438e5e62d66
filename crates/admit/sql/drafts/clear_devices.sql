delete from invite_devices
where account_id = $1 and draft_id = $2
