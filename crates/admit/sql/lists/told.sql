-- What was read and is not dismissed: rows, cards made of it that are still there, rows skipped.
select
  l.number,
  l.name,
  l.row_count,
  (select count(*) from invite_cards c
   where c.account_id = l.account_id and c.draft_id = l.draft_id and c.list_number = l.number and not c.has_access) as cards,
  (select count(*) from invite_cards c
   where c.account_id = l.account_id and c.draft_id = l.draft_id and c.list_number = l.number and c.has_access) as with_access,
  (select count(*) from invite_skips s
   where s.account_id = l.account_id and s.draft_id = l.draft_id and s.list_number = l.number) as skipped
from invite_lists l
where l.account_id = $1 and l.draft_id = $2 and not l.is_told
order by l.number
