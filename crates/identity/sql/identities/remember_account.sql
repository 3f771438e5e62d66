update identities
set last_account_id = $2
where id = $1
