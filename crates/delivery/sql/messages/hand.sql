-- From here on `due_at` is the moment it was handed over. A note whose commit was not answered is written again.
update messages
set state = 'handed', due_at = $4
where account_id = $1
and id = $2
and worker = $3
and state in ('claimed', 'handed')
