-- Idempotency: an operation's row commits with its effect, and its key is unique for ever.

-- True for whoever comes first; everybody else reads the stored outcome.
create function bursar.claim_operation(p_head bursar.operation_head) returns boolean
language plpgsql as $$
begin
  insert into bursar.operations (key, type, request_hash, caller, status, created_at)
  values (p_head.key, p_head.type, p_head.hash, p_head.caller, 'pending', p_head.accepted_at)
  on conflict (key) do nothing;
  return found;
end $$;

-- What a repeated command is answered with: the first outcome, or a conflict when it asks for something else.
create function bursar.stored_outcome(p_head bursar.operation_head) returns bursar.outcome
language plpgsql as $$
declare
  v_row bursar.operations;
begin
  select o.* into strict v_row from bursar.operations o where o.key = p_head.key;
  if v_row.request_hash <> p_head.hash then
    return row('conflict', null, null)::bursar.outcome;
  end if;
  if v_row.status = 'pending' then
    return row('pending', null, null)::bursar.outcome;
  end if;
  return row('replayed', v_row.result, v_row.error)::bursar.outcome;
end $$;

-- The same for what goes on in further transactions: a repeated command finds the allocation, recall or simulation that
-- it started, so that a crash is resumed and not repeated.
create function bursar.unfinished_outcome(p_head bursar.operation_head) returns bursar.outcome
language plpgsql as $$
declare
  v_outcome bursar.outcome := bursar.stored_outcome(p_head);
begin
  if v_outcome.verdict = 'pending' then
    select jsonb_build_object(s.name, s.id) into strict v_outcome.result
    from (
      select 'allocation' as name, a.id from bursar.allocations a where a.operation = p_head.key
      union all
      select 'recall', r.id from bursar.recalls r where r.operation = p_head.key
      union all
      select 'simulation', s.operation from bursar.rule_simulations s where s.operation = p_head.key
    ) s;
  end if;
  return v_outcome;
end $$;

create function bursar.succeed(
  p_head bursar.operation_head, p_now timestamptz, p_transaction uuid, p_result jsonb
) returns bursar.outcome
language plpgsql as $$
begin
  update bursar.operations
  set status = 'succeeded', transaction_id = p_transaction, result = p_result, completed_at = p_now
  where key = p_head.key;
  perform pg_notify('bursar_operations', '');
  return row('applied', p_result, null)::bursar.outcome;
end $$;

-- A refusal is final under its key, and moves nothing.
create function bursar.reject(p_head bursar.operation_head, p_error jsonb) returns bursar.outcome
language plpgsql as $$
begin
  update bursar.operations
  set status = 'rejected', error = p_error, completed_at = clock_timestamp()
  where key = p_head.key;
  perform pg_notify('bursar_operations', '');
  return row('rejected', null, p_error)::bursar.outcome;
end $$;
