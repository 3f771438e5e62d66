delete from identities
where id = $1
