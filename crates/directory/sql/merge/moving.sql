select
  (select count(*) from group_members g where g.account_id = $1 and g.user_id = $3) as group_count,
  (select count(*) from module_seats s where s.account_id = $1 and s.user_id = $3) as seat_count,
  (select count(*) from workflow_participants w where w.account_id = $1 and w.user_id = $3) as workflow_count,
  (select count(*) from grants g where g.account_id = $1 and g.user_id = $3) as grant_count,
  (select count(*) from cards c where c.account_id = $1 and c.user_id = $3) as card_count,
  (select count(*) from documents d where d.account_id = $1 and d.assignee_id = $3) as document_count,
  (select count(*) from invitations i where i.account_id = $1 and i.user_id = $3) as invitation_count,
  (select count(*) from notifications n where n.account_id = $1 and n.user_id = $3) as notification_count,
  exists (select 1 from photos p where p.account_id = $1 and p.user_id = $2) as kept_has_photo,
  exists (select 1 from photos p where p.account_id = $1 and p.user_id = $3) as other_has_photo
