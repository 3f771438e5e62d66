delete from identities
where id in (select s.id from staged_ids s)
