-- Rows that made no card, and cards that are kept aside.
select list_number, row_no, name, phone, code, reason
from (
  select s.list_number, s.row_no, s.name, s.phone, s.code, s.reason
  from invite_skips s
  where s.account_id = $1 and s.draft_id = $2
  union all
  select c.list_number, c.row_no, c.name, coalesce(c.phone, c.email), 'access_exists', 'Has access to the chosen devices already.'
  from invite_cards c
  where c.account_id = $1 and c.draft_id = $2 and c.has_access
) as skipped
order by list_number, row_no, name
limit $3
