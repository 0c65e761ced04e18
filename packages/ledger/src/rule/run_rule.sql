-- A rule runs once per period: the run's operation has a key that rule and period make, and its row stays when the
-- rule is gone. What a pool cannot pay in full waits until it can or the period is over; nothing is paid in part.
-- Returns `pending` with the allocation or the recall to continue, else `applied`.
create function bursar.run_rule(p_organization text, p_rule text) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_pool bigint := bursar.wallet_id('org:' || p_organization);
  v_now timestamptz := bursar.lock_wallets(array[v_pool]);
  v_nothing bursar.outcome := row('applied', '{}', null)::bursar.outcome;
  v_rule bursar.rules;
  v_period date;
begin
  select r.* into v_rule from bursar.rules r where r.organization_id = p_organization and r.id = p_rule and r.kind <> 'cap';
  v_period := bursar.period_of(v_rule.every, v_now);
  if v_rule.id is null or v_period < v_rule.starts_on or exists (
    select from bursar.rule_runs x
    where x.organization_id = p_organization and x.rule_id = p_rule and x.period = v_period and x.status = 'done'
  ) then
    return v_nothing;
  end if;
  update bursar.rule_runs x set status = 'missed'
  where x.organization_id = p_organization and x.rule_id = p_rule and x.status = 'delayed' and x.period < v_period;
  return coalesce(
    case v_rule.kind when 'refill' then bursar.run_refill(v_rule, v_pool, v_period, v_now)
      else bursar.run_sweep(v_rule, v_pool, v_period, v_now) end,
    v_nothing);
end $$;

create function bursar.head_of_run(p_rule bursar.rules, p_period date, p_type bursar.operation_type, p_now timestamptz)
returns bursar.operation_head
language sql immutable as $$
  select row(k.key, p_type, k.key, 'system/rules', 'system:rule:' || p_rule.id, p_now)::bursar.operation_head
  from (select md5(format('rule %s %s %s', p_rule.organization_id, p_rule.id, p_period))::uuid as key) k
$$;

create function bursar.note_run(
  p_rule bursar.rules, p_period date, p_status bursar.rule_run_status, p_operation uuid, p_required bigint,
  p_available bigint, p_now timestamptz
) returns void
language sql as $$
  insert into bursar.rule_runs as x (
    organization_id, rule_id, period, status, operation, required, available, created_at, tried_at
  )
  values (p_rule.organization_id, p_rule.id, p_period, p_status, p_operation, p_required, p_available, p_now, p_now)
  on conflict (organization_id, rule_id, period) do update
  set status = excluded.status, operation = excluded.operation, required = excluded.required,
    available = excluded.available, tried_at = excluded.tried_at
$$;

-- Brings every active member's unspent part of what the pool allocated up to the rule's amount, as far as caps let it.
create function bursar.run_refill(p_rule bursar.rules, p_pool bigint, p_period date, p_now timestamptz) returns bursar.outcome
language plpgsql as $$
declare
  v_head bursar.operation_head := bursar.head_of_run(p_rule, p_period, 'allocation', p_now);
  v_available bigint := bursar.available_credits(p_pool, p_now);
  v_owners text[];
  v_amounts bigint[];
  v_total numeric;
begin
  select array_agg(n.owner order by n.wallet_id), array_agg(n.amount order by n.wallet_id), sum(n.amount)
  into v_owners, v_amounts, v_total
  from (
    select u.wallet_id, u.owner, least(bursar.refill_need(p_rule.amount, u.unspent),
      bursar.cap_room(p_pool, u.wallet_id, v_available, p_now)) as amount
    from bursar.unspent_of_members(p_pool, p_now) u
  ) n
  where n.amount > 0;
  if v_owners is null then
    perform bursar.note_run(p_rule, p_period, 'done', null, 0, v_available, p_now);
    return null;
  elsif v_total > v_available then
    perform bursar.delay_run(p_rule, p_period, v_total, v_available, p_now);
    return null;
  end if;
  if not bursar.claim_operation(v_head) then
    return bursar.unfinished_outcome(v_head);
  end if;
  perform bursar.note_run(p_rule, p_period, 'done', v_head.key, v_total::bigint, v_available, p_now);
  return row('pending', jsonb_build_object('allocation', bursar.open_allocation(
    v_head, p_pool, v_owners, v_amounts, null, null, format('Rule %s', p_rule.id), p_now)), null)::bursar.outcome;
end $$;

create function bursar.refill_need(p_amount bigint, p_unspent bigint) returns bigint
language sql immutable
return greatest(p_amount - p_unspent, 0);

-- The administrators are told when a period's run is delayed for the first time.
create function bursar.delay_run(p_rule bursar.rules, p_period date, p_required numeric, p_available bigint, p_now timestamptz)
returns void
language plpgsql as $$
declare
  v_required bigint := least(p_required, bursar.balance_limit());
begin
  perform bursar.record_fact('rule-delayed', bursar.wallet_id('org:' || p_rule.organization_id), jsonb_build_object(
    'rule', p_rule.id, 'required', bursar.credits_text(v_required), 'available', bursar.credits_text(p_available)))
  where not exists (
    select from bursar.rule_runs x
    where x.organization_id = p_rule.organization_id and x.rule_id = p_rule.id and x.period = p_period
  );
  perform bursar.note_run(p_rule, p_period, 'delayed', null, v_required, p_available, p_now);
end $$;

-- Takes back, when a period has ended, what was allocated so many days before its end and is neither spent nor held.
create function bursar.run_sweep(p_rule bursar.rules, p_pool bigint, p_period date, p_now timestamptz) returns bursar.outcome
language plpgsql as $$
declare
  v_head bursar.operation_head := bursar.head_of_run(p_rule, p_period, 'credit_sweep', p_now);
  v_before timestamptz := (p_period - p_rule.idle_days)::timestamp at time zone 'UTC';
begin
  if not exists (select from bursar.unspent_of_members(p_pool, p_now) u where u.oldest < v_before) then
    perform bursar.note_run(p_rule, p_period, 'done', null, 0, null, p_now);
    return null;
  end if;
  if not bursar.claim_operation(v_head) then
    return bursar.unfinished_outcome(v_head);
  end if;
  perform bursar.note_run(p_rule, p_period, 'done', v_head.key, null, null, p_now);
  return bursar.start_sweep(v_head, p_pool, v_before, format('Rule %s', p_rule.id), p_now);
end $$;

-- Rules are settings: the ingress writes them. A rule that is put again keeps the period in which it began. Null when the
-- organization was deleted; whoever deletes it finds the rule, or this finds it gone.
create function bursar.put_rule(
  p_organization text, p_id text, p_kind bursar.rule_kind, p_every bursar.rule_cycle, p_amount bigint,
  p_share_percent integer, p_idle_days integer, p_starts_now boolean
) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  perform from bursar.organizations o where o.id = p_organization and o.deleted_at is null for share;
  if not found then
    return null;
  end if;
  insert into bursar.rules as r (
    organization_id, id, kind, every, amount, share_percent, idle_days, starts_on, created_at, updated_at
  )
  values (p_organization, p_id, p_kind, p_every, p_amount, p_share_percent, p_idle_days,
    bursar.period_of(p_every, v_now) + case when p_starts_now then interval '0' else ('1 ' || p_every)::interval end,
    v_now, v_now)
  on conflict (organization_id, id) do update
  set kind = excluded.kind, every = excluded.every, amount = excluded.amount, share_percent = excluded.share_percent,
    idle_days = excluded.idle_days, updated_at = v_now,
    starts_on = case when p_starts_now or r.every <> excluded.every then excluded.starts_on else r.starts_on end;
  return (select r.created_at = r.updated_at from bursar.rules r where r.organization_id = p_organization and r.id = p_id);
end $$;

create function bursar.delete_rule(p_organization text, p_id text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
begin
  delete from bursar.rules r where r.organization_id = p_organization and r.id = p_id;
  return found;
end $$;
