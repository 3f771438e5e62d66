delete from bulk_actions
where account_id = $1
  and id in (
    select b.id
    from bulk_actions b
    where b.account_id = $1
      and b.updated_at < $2
      and b.state not in ('preparing', 'running', 'undoing')
      and not exists (select 1 from bulk_rows r where r.account_id = b.account_id and r.bulk_id = b.id)
    limit $3
  )
