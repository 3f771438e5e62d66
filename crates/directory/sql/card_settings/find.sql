select radix, card_type, valid_days
from card_settings
where account_id = $1
