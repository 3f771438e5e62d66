delete from staged_keys
