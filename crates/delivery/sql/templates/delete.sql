delete from message_templates
where account_id = $1
and purpose = $2
and channel = $3
and language = $4
and updated_at = $5
