select i.number
from series_runs r
join imports i on i.account_id = r.account_id and i.id = r.import_id
where r.account_id = $1
  and r.series_id = $2
  and i.state in ('choose_format', 'mapping', 'checking', 'planned', 'queued', 'running', 'pausing', 'paused',
    'stopping', 'undoing')
order by i.number desc
limit 1
