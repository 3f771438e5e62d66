update accounts
set photo_megabytes = $2, photos_by_people = $3
where id = $1
