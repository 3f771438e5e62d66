delete from bulk_rows
where account_id = $1
  and (bulk_id, user_id) in (
    select r.bulk_id, r.user_id
    from bulk_actions b
    join bulk_rows r on r.account_id = b.account_id and r.bulk_id = b.id
    where b.account_id = $1
      and b.updated_at < $2
      and b.state not in ('preparing', 'running', 'undoing')
    limit $3
  )
