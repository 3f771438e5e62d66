select d.id, d.workflow_id, w.name as workflow, d.step_id, s.kind as step_kind, s.name as step, d.title, d.state,
  d.assignee_id, u.first_name, u.last_name, u.email, d.note, d.files, d.version, d.created_at, d.updated_at,
  f.id as file_id, f.name as file_name, f.media_type, f.size_bytes
from documents d
join workflows w on w.account_id = d.account_id and w.id = d.workflow_id
join workflow_steps s on s.account_id = d.account_id and s.id = d.step_id
join document_files f on f.account_id = d.account_id and f.document_id = d.id and f.number = d.files
left join users u on u.account_id = d.account_id and u.id = d.assignee_id
where d.account_id = $1
  and d.state in ('submitted', 'reviewed', 'approved')
  and (s.kind = 'submit' or d.assignee_id <> $2)
  and d.step_id in (
    select t.id
    from workflow_steps t
    where t.account_id = $1
      and t.kind <> 'fill'
      and (t.workflow_id in (
          select p.workflow_id
          from workflow_participants p
          where p.account_id = $1
            and p.user_id = $2
        )
        or t.workflow_id in (
          select g.workflow_id
          from group_members m
          join workflow_groups g on g.account_id = m.account_id and g.group_id = m.group_id
          where m.account_id = $1
            and m.user_id = $2
        ))
      and (t.is_for_all
        or t.id in (
          select x.step_id
          from workflow_step_users x
          where x.account_id = $1
            and x.user_id = $2
        )
        or t.id in (
          select y.step_id
          from group_members n
          join workflow_step_groups y on y.account_id = n.account_id and y.group_id = n.group_id
          where n.account_id = $1
            and n.user_id = $2
        ))
  )
