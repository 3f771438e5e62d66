select s.id
from staged_ids s
