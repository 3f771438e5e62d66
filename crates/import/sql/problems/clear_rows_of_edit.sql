delete from import_problems
where account_id = $1
  and import_id = $2
  and position < $4
  and row_no in (
    select c.row_no
    from import_edit_cells c
    where c.account_id = $1
      and c.import_id = $2
      and c.edit_no = $3
  )
