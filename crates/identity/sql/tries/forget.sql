delete from tries
where full_at <= $1
