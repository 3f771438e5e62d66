select language, subject, text, updated_at
from message_templates
where account_id = $1
and purpose = $2
and channel = $3
and language = $4
