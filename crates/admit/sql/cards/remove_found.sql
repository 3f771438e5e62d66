delete from invite_cards
where account_id = $1 and draft_id = $2 and not has_access
  and (name_key like $3 escape '\' or phone like $4 escape '\' or email_key like $3 escape '\')
