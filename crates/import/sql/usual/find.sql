select existing, bad_rows, unknown_group, most_percent, most_people, most_cards
from import_settings
where account_id = $1
