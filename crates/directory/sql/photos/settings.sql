select a.photo_megabytes, a.photos_by_people
from accounts a
where a.id = $1
