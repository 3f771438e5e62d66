select number, name, phone, email, notes, list_number, row_no, has_access, outcome, user_id, problem
from invite_cards
where account_id = $1 and draft_id = $2 and number = $3
