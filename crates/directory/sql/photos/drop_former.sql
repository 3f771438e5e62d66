delete from photo_former
where account_id = $1
  and batch_id = $2
