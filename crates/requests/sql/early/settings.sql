select a.early_link, a.early_version, a.released_version
from accounts a
where a.id = $1
