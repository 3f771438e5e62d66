delete from staged_ids
