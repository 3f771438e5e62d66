-- Released at the end of the transaction; the number stands for "muster migrate".
select pg_advisory_xact_lock(7310868737) is not null as locked
