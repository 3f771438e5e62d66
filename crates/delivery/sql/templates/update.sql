update message_templates
set subject = $5, text = $6, updated_at = $7
where account_id = $1
and purpose = $2
and channel = $3
and language = $4
and updated_at = $8
