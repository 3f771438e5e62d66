select purpose, channel, language, updated_at
from message_templates
where account_id = $1
order by purpose, channel, language
