-- Whether there is a token of this id, and whether one in use has this name.
select
  exists (select 1 from api_tokens where account_id = $1 and id = $2) as is_made,
  exists (select 1 from api_tokens where account_id = $1 and name_key = $3 and revoked_at is null) as is_taken
