-- Of the drafts of the staged people.
delete from invite_gifts
where account_id = $1
  and draft_id in (
    select d.id
    from invite_drafts d
    where d.account_id = $1
      and d.user_id in (select s.id from staged_ids s)
  )
