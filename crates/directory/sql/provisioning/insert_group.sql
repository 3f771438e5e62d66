insert into provisioned_groups (account_id, group_id, external_id)
values ($1, $2, $3)
