select invitation_days, invitation_reminders
from accounts
where id = $1
