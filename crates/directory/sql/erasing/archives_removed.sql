delete from erased_archives
where account_id = $1
  and request_id in (select s.id from staged_ids s)
