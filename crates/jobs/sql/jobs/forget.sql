delete from jobs
where kind = $1
  and state = 'done'
  and finished_at <= $2
