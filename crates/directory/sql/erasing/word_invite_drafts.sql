update invite_drafts
set pasted = replace(invite_drafts.pasted, x.needle, x.word), failure = replace(invite_drafts.failure, x.needle, x.word)
from staged_words x
where invite_drafts.account_id = $1
  and (replace(invite_drafts.pasted, x.needle, '') <> invite_drafts.pasted
    or replace(invite_drafts.failure, x.needle, '') <> invite_drafts.failure)
