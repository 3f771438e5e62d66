-- What a dead worker had begun is queued again; whoever claims it sees how often that was.
update jobs
set state = 'queued', worker = null
where state = 'running' and worker = $1
