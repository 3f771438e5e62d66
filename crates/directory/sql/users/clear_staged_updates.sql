delete from staged_updates
