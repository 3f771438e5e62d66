delete from invite_skips
where account_id = $1
  and (phone in (select x.needle from staged_words x)
    or name in (select x.needle from staged_words x))
