-- Whom each card is about: by phone first, then by e-mail, as the import will match.
update invite_cards
set user_id = coalesce(
  (select p.id from users p where p.account_id = $1 and p.phone = invite_cards.phone),
  (select e.id from users e where e.account_id = $1 and e.email_key = invite_cards.email_key)
)
where account_id = $1 and draft_id = $2
