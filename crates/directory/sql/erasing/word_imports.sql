update imports
set name = replace(imports.name, x.needle, x.word),
  source_name = replace(imports.source_name, x.needle, x.word),
  settings = replace(imports.settings, x.needle, x.word),
  plan = replace(imports.plan, x.needle, x.word),
  error = replace(imports.error, x.needle, x.word),
  undo = replace(imports.undo, x.needle, x.word),
  redo = replace(imports.redo, x.needle, x.word),
  changed_by_name = replace(imports.changed_by_name, x.needle, x.word)
from staged_words x
where imports.account_id = $1
  and (replace(imports.name, x.needle, '') <> imports.name
    or replace(imports.source_name, x.needle, '') <> imports.source_name
    or replace(imports.settings, x.needle, '') <> imports.settings
    or replace(imports.plan, x.needle, '') <> imports.plan
    or replace(imports.error, x.needle, '') <> imports.error
    or replace(imports.undo, x.needle, '') <> imports.undo
    or replace(imports.redo, x.needle, '') <> imports.redo
    or replace(imports.changed_by_name, x.needle, '') <> imports.changed_by_name)
