-- A message that was put off has had its answer: the address is not refused.
select
  count(*) as sent,
  coalesce(sum(case when m.state = 'claimed' or m.state = 'queued' and m.attempts = 0 then 1 else 0 end), 0) as waiting,
  coalesce(sum(case when m.state in ('bounced', 'failed') then 1 else 0 end), 0) as returned
from invitations i
join messages m on m.account_id = i.account_id and m.id = i.message_id
where i.account_id = $1
  and i.wave_id = $2
