-- Cards of people whom the draft created, and who were given nothing since that makes them more than a guest of it.
select c.number
from invite_cards c
join users u on u.account_id = c.account_id and u.id = c.user_id
where c.account_id = $1 and c.draft_id = $2 and c.number between $3 and $4 and c.outcome = 'created'
  and u.role = 'user' and u.status = 'invited'
  and not exists (select 1 from group_members m where m.account_id = u.account_id and m.user_id = u.id)
  and not exists (select 1 from workflow_participants w where w.account_id = u.account_id and w.user_id = u.id)
  and not exists (select 1 from workflow_step_users s where s.account_id = u.account_id and s.user_id = u.id)
  and not exists (select 1 from documents d where d.account_id = u.account_id and d.assignee_id = u.id)
  and not exists (select 1 from module_seats l where l.account_id = u.account_id and l.user_id = u.id)
  and not exists (select 1 from cards k where k.account_id = u.account_id and k.user_id = u.id)
order by c.number
