update accounts
set invitation_days = $2, invitation_reminders = $3
where id = $1
