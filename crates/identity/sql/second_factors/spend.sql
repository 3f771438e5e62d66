-- A step is taken once: of two codes of one step at the same time, the second comes too late.
update second_factors
set last_step = $2
where identity_id = $1
  and last_step < $2
