-- Whom cards are about, all of them or card `$3`: by phone first, then by e-mail, as the import will match.
update invite_cards
set user_id = found.user_id
from (
  select c.number, coalesce(
    (select p.id from users p where p.account_id = c.account_id and p.phone = c.phone),
    (select e.id from users e where e.account_id = c.account_id and e.email_key = c.email_key)
  ) as user_id
  from invite_cards c
  where c.account_id = $1 and c.draft_id = $2 and (cast($3 as bigint) is null or c.number = $3)
) as found
where invite_cards.account_id = $1 and invite_cards.draft_id = $2 and invite_cards.number = found.number
  and invite_cards.user_id is distinct from found.user_id
