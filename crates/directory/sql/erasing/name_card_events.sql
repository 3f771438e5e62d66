update card_events
set actor_name = (select min(x.word) from staged_words x where x.user_id = card_events.actor_id)
where account_id = $1
  and actor_id in (select s.id from staged_ids s)
