update user_views
set name = replace(user_views.name, x.needle, x.word), query = replace(user_views.query, x.needle, x.word)
from staged_words x
where user_views.account_id = $1
  and (replace(user_views.name, x.needle, '') <> user_views.name
    or replace(user_views.query, x.needle, '') <> user_views.query)
