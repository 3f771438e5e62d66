-- About their invitations and archives, or to their addresses.
delete from messages
where account_id = $1
  and (subject_id in (
      select i.id
      from invitations i
      where i.account_id = $1
        and i.user_id in (select s.id from staged_ids s)
      union
      select r.id
      from data_requests r
      where r.account_id = $1
        and r.user_id in (select s.id from staged_ids s)
      union
      select s.id from staged_ids s
    )
    or id in (
      select i.message_id
      from invitations i
      where i.account_id = $1
        and i.user_id in (select s.id from staged_ids s)
    )
    or recipient in (select x.needle from staged_words x))
