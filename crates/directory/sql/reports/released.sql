select a.released_version, a.released_version_key
from accounts a
where a.id = $1
