delete from revoked_grants
where account_id = $1
  and device_id = $2
