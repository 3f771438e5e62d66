-- Of the cards of people who are removed altogether.
delete from card_events
where account_id = $1
  and card_id in (
    select c.id
    from cards c
    join staged_ids s on s.id = c.user_id
    where c.account_id = $1
  )
