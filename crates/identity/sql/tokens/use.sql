-- Adds to what a token has used since its minute began, or begins the next one.
insert into token_uses (account_id, token_id, began, used)
values ($1, $2, $3, $4)
on conflict (account_id, token_id) do update set
  began = case when token_uses.began > $5 and token_uses.began <= $6 then token_uses.began else $3 end,
  used = case when token_uses.began > $5 and token_uses.began <= $6 then token_uses.used + $4 else $4 end
returning began, used
