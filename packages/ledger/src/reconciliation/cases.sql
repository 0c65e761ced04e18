-- What a run finds becomes a case; found again it is the same case.

-- A case that somebody resolved stays so while nothing about it changes (`accepted`); every other one opens again. One
-- that is parked stays parked until it, or an object of Stripe's that it names, changes.
create function bursar.record_findings(p_run uuid, p_findings jsonb)
returns table (class text, subject text, case_id uuid, result bursar.finding_result)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with found as (
    select f.*, w.id as wallet_id
    from jsonb_to_recordset(p_findings) as f (
      class text, subject text, pass text, severity bursar.case_severity, stripe_ids text[], wallet text, purchase uuid,
      expected text, actual text, delta_credits bigint, delta_minor bigint, currency text)
    left join bursar.wallets w on w.owner = f.wallet
  ), kept as (
    insert into bursar.reconciliation_cases as c (
      id, class, subject, pass, severity, stripe_ids, wallet_id, purchase_id, expected, actual, delta_credits, delta_minor,
      currency, first_seen, last_seen, last_run)
    select bursar.new_id(), f.class, f.subject, f.pass, f.severity, f.stripe_ids, f.wallet_id, f.purchase, f.expected, f.actual,
      f.delta_credits, f.delta_minor, f.currency, clock_timestamp(), clock_timestamp(), p_run
    from found f
    order by f.class, f.subject
    on conflict (class, subject) do update set
      pass = excluded.pass, severity = excluded.severity, stripe_ids = excluded.stripe_ids, wallet_id = excluded.wallet_id,
      purchase_id = excluded.purchase_id, last_seen = excluded.last_seen, last_run = excluded.last_run,
      expected = excluded.expected, actual = excluded.actual, delta_credits = excluded.delta_credits,
      delta_minor = excluded.delta_minor, currency = excluded.currency,
      state = case when bursar.still_accepted(c, excluded.expected, excluded.actual) then 'resolved' else 'open' end::bursar.case_state,
      closed_at = case when bursar.still_accepted(c, excluded.expected, excluded.actual) then c.closed_at end,
      closed_by = case when bursar.still_accepted(c, excluded.expected, excluded.actual) then c.closed_by end,
      reason = case when bursar.still_accepted(c, excluded.expected, excluded.actual) then c.reason end,
      parked_at = case when bursar.still_parked(c, excluded.expected, excluded.actual) then c.parked_at end,
      failures = case when c.parked_at is null or bursar.still_parked(c, excluded.expected, excluded.actual) then c.failures else 0 end,
      first_failed_at = case when c.parked_at is null or bursar.still_parked(c, excluded.expected, excluded.actual)
        then c.first_failed_at end
    returning c.*
  ), noted as (
    insert into bursar.reconciliation_findings as f (run_id, case_id, result, expected, actual, delta_credits, delta_minor)
    select p_run, k.id,
      case when k.state = 'resolved' then 'accepted' when k.parked_at is not null then 'parked' else 'reported' end::bursar.finding_result,
      k.expected, k.actual, k.delta_credits, k.delta_minor
    from kept k
    on conflict (run_id, case_id) do update set result = excluded.result, expected = excluded.expected,
      actual = excluded.actual, delta_credits = excluded.delta_credits, delta_minor = excluded.delta_minor
    returning f.case_id, f.result
  )
  select k.class, k.subject, k.id, n.result from kept k join noted n on n.case_id = k.id;
end $$;

create function bursar.still_accepted(p_case bursar.reconciliation_cases, p_expected text, p_actual text) returns boolean
language sql immutable
return p_case.state = 'resolved' and (p_case.expected, p_case.actual) = (p_expected, p_actual);

create function bursar.still_parked(p_case bursar.reconciliation_cases, p_expected text, p_actual text) returns boolean
language sql stable as $$
  select p_case.parked_at is not null and p_case.state = 'open'
    and (p_case.expected, p_case.actual) = (p_expected, p_actual)
    and not exists (select from bursar.stripe_events e
      where e.object_id = any (p_case.stripe_ids) and e.received_at > p_case.parked_at)
$$;

-- What became of findings in this run; what was repaired closes its case. What failed p_attempts times one after the
-- other is parked, so that no run waits for it any more; failures that outages cause (not `lasting`) count only once they
-- have gone on for a day. Returns the cases that are parked now.
create function bursar.settle_findings(p_run uuid, p_results jsonb, p_attempts integer) returns setof uuid
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  return query
  with told as (
    select t.* from jsonb_to_recordset(p_results) as t (case_id uuid, result bursar.finding_result, detail text, lasting boolean)
  ), repaired as (
    update bursar.reconciliation_cases c
    set state = 'repaired', closed_at = clock_timestamp(), closed_by = null, reason = t.detail, failures = 0,
      first_failed_at = null, parked_at = null
    from told t
    where c.id = t.case_id and t.result = 'repaired' and c.state = 'open'
  ), failed as (
    update bursar.reconciliation_cases c
    set failures = c.failures + 1, first_failed_at = coalesce(c.first_failed_at, clock_timestamp()),
      parked_at = case when c.failures + 1 >= p_attempts
        and (t.lasting or c.first_failed_at < clock_timestamp() - interval '1 day') then clock_timestamp() end
    from told t
    where c.id = t.case_id and t.result = 'failed' and c.state = 'open'
    returning c.id, c.parked_at
  ), noted as (
    update bursar.reconciliation_findings f
    set detail = t.detail, result = case when p.parked_at is not null then 'parked' else t.result end
    from told t
    left join failed p on p.id = t.case_id
    where f.run_id = p_run and f.case_id = t.case_id
  )
  select f.id from failed f where f.parked_at is not null;
end $$;

-- A person wants a parked case repaired again by the next run. False when it is not parked.
create function bursar.retry_case(p_case uuid) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.reconciliation_cases c
  set parked_at = null, failures = 0, first_failed_at = null
  where c.id = p_case and c.state = 'open' and c.parked_at is not null;
  return found;
end $$;

-- Subjects that a pass has judged in this run without finding anything: their open cases are over.
create function bursar.close_unfound(p_run uuid, p_pass text, p_subjects text[]) returns integer
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_closed integer;
begin
  update bursar.reconciliation_cases c
  set state = 'repaired', closed_at = clock_timestamp(), closed_by = null, reason = 'Looked at again, both sides agree.',
    failures = 0, first_failed_at = null, parked_at = null
  where c.state = 'open' and c.pass = p_pass and c.subject = any (p_subjects) and c.last_run <> p_run;
  get diagnostics v_closed = row_count;
  return v_closed;
end $$;

-- A person closes a case and says why. False when it is not open any more.
create function bursar.resolve_case(p_case uuid, p_by text, p_reason text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  update bursar.reconciliation_cases c
  set state = 'resolved', closed_at = clock_timestamp(), closed_by = p_by, reason = p_reason, failures = 0,
    first_failed_at = null, parked_at = null
  where c.id = p_case and c.state = 'open';
  return found;
end $$;
