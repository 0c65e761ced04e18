-- Budgets limit what may be spent in a period; they hold no credits. A budget counts what it admitted: charges as
-- spent, open holds as held. What a hold captures counts where its hold was admitted, whatever the budget says then.
--
-- Lock order: wallets by id, then the gates of the organizations on whose behalf something is done, then the rows of
-- budgets by number, then operation keys. A budget that several wallets share has no other lock than its row.

-- Calendar periods in UTC, half-open; weeks begin on Monday.
create function bursar.period_start(p_period bursar.budget_period, p_at timestamptz) returns timestamptz
language sql stable
return case when p_period = 'total' then '-infinity' else date_trunc(p_period::text, p_at, 'UTC') end;

create function bursar.period_end(p_period bursar.budget_period, p_start timestamptz) returns timestamptz
language sql stable
return case when p_period = 'total' then 'infinity'
  else (p_start at time zone 'UTC' + ('1 ' || p_period)::interval) at time zone 'UTC' end;

-- The budgets in which something counts that is charged to a wallet through a key, perhaps on behalf of an
-- organization.
create function bursar.budgets_on(p_wallet bigint, p_behalf bigint, p_product text, p_caller text, p_now timestamptz)
returns setof bursar.budgets
language sql stable as $$
  select b.*
  from bursar.budgets b
  where b.wallet_id in (p_wallet, p_behalf)
    and (b.member_id is null or b.member_id = p_wallet)
    and (b.product is null or b.product = p_product)
    and (b.api_key is null or b.api_key = split_part(p_caller, '/', 1))
    and b.active_from <= p_now
    and b.ended_at > p_now
$$;

-- How much a budget may come to in all. One that only watches ends where a wallet does, far from the end of bigint.
create function bursar.budget_ceiling(p_budget bursar.budgets) returns bigint
language sql immutable
return case when (p_budget).enforced then (p_budget).spending_limit else bursar.balance_limit() end;

-- Everybody who spends on behalf of an organization holds its gate together; whoever changes its budgets holds it
-- alone, so that each charge is wholly before or after the change.
create function bursar.budget_gate(p_wallet bigint) returns bigint
language sql immutable
return hashtextextended('bursar.budgets ' || p_wallet, 0);

-- Locks every budget that spending from these wallets, or on behalf of these organizations, can count in, and those in
-- which these holds count already. False when there is none. The clock has to be read afterwards, because this may have
-- waited.
create function bursar.lock_budgets(p_wallets bigint[], p_behalf text[], p_holds uuid[] default '{}')
returns boolean
language plpgsql as $$
declare
  v_pools bigint[] := array(select w.id from bursar.wallets w where w.owner = any (p_behalf));
begin
  perform pg_advisory_xact_lock_shared(g.gate)
  from (select distinct bursar.budget_gate(p.id) as gate from unnest(v_pools) p (id) order by 1) g;
  perform
  from bursar.budgets b
  where (b.wallet_id = any (p_wallets || v_pools) and b.ended_at = 'infinity')
    or b.number in (select u.budget from bursar.budget_uses u where u.subject = any (p_holds))
  order by b.number
  for no key update;
  return found;
end $$;

-- Locks the budgets in which these charges or holds count already.
create function bursar.lock_budgets_of(p_subjects uuid[]) returns boolean
language plpgsql as $$
begin
  perform
  from bursar.budgets b
  where b.number in (select u.budget from bursar.budget_uses u where u.subject = any (p_subjects))
  order by b.number
  for no key update;
  return found;
end $$;

-- The refusal of the tightest budget that cannot take p_amount more, or null.
create function bursar.refuse_over_budget(
  p_wallet bigint, p_behalf bigint, p_product text, p_caller text, p_amount bigint, p_now timestamptz
) returns jsonb
language sql stable as $$
  select bursar.budget_refusal(b, bursar.period_start(b.period, p_now), x.room, p_amount)
  from bursar.budgets_on(p_wallet, p_behalf, p_product, p_caller, p_now) b
  left join bursar.budget_periods c on c.budget = b.number and c.starts_at = bursar.period_start(b.period, p_now)
  cross join lateral (select bursar.budget_ceiling(b) - coalesce(c.spent + c.held, 0) as room) x
  where p_amount > x.room
  order by x.room, b.number
  limit 1
$$;

-- The same for a hold that asks for more, in the periods in which it counts.
create function bursar.refuse_over_budgets_of(p_hold uuid, p_amount bigint) returns jsonb
language sql stable as $$
  select bursar.budget_refusal(b, u.starts_at, x.room, p_amount)
  from bursar.budget_uses u
  join bursar.budgets b on b.number = u.budget and b.ended_at = 'infinity'
  join bursar.budget_periods c on c.budget = u.budget and c.starts_at = u.starts_at
  cross join lateral (select bursar.budget_ceiling(b) - (c.spent + c.held) as room) x
  where u.subject = p_hold and p_amount > x.room
  order by x.room, b.number
  limit 1
$$;

create function bursar.budget_refusal(p_budget bursar.budgets, p_start timestamptz, p_room bigint, p_amount bigint)
returns jsonb
language sql stable as $$
  select bursar.refusal(
    'budget_exceeded',
    format('The budget "%s" has %s of %s credits left %s, and %s are needed; no credits moved. %s',
      p_budget.id, bursar.credits_text(greatest(p_room, 0)), bursar.credits_text(p_budget.spending_limit),
      case when p_budget.period = 'total' then 'in total' else 'for this ' || p_budget.period end, bursar.credits_text(p_amount),
      case when p_budget.period = 'total' then 'Raise its limit.'
        else format('Raise its limit, or wait for the next period, which begins at %s.',
          bursar.instant_text(bursar.period_end(p_budget.period, p_start))) end),
    p_amount, greatest(p_room, 0), array[p_budget.id])
$$;

-- Counts an admitted charge as spent, or an admitted hold as held.
create function bursar.count_in_budgets(
  p_subject uuid, p_wallet bigint, p_behalf bigint, p_product text, p_caller text, p_spent bigint, p_held bigint,
  p_now timestamptz
) returns void
language plpgsql as $$
begin
  insert into bursar.budget_uses (subject, budget, starts_at)
  select p_subject, b.number, bursar.period_start(b.period, p_now)
  from bursar.budgets_on(p_wallet, p_behalf, p_product, p_caller, p_now) b;
  if not found then
    return;
  end if;
  insert into bursar.budget_periods as c (budget, starts_at, spent, held)
  select u.budget, u.starts_at, p_spent, p_held
  from bursar.budget_uses u
  where u.subject = p_subject
  on conflict (budget, starts_at) do update set spent = c.spent + excluded.spent, held = c.held + excluded.held;
  if p_spent > 0 then
    perform bursar.tell_budgets(p_subject);
  end if;
end $$;

-- What a charge or a hold comes to has changed, and with it the periods in which it counts.
create function bursar.adjust_budgets(p_subject uuid, p_spent bigint, p_held bigint) returns void
language plpgsql as $$
begin
  update bursar.budget_periods c
  set spent = c.spent + p_spent, held = c.held + p_held
  from bursar.budget_uses u
  where u.subject = p_subject and c.budget = u.budget and c.starts_at = u.starts_at;
  if found and p_spent > 0 then
    perform bursar.tell_budgets(p_subject);
  end if;
end $$;

-- A capture turns what its hold had set aside into spending, in the same periods; it may go beyond a limit.
create function bursar.capture_in_budgets(p_hold uuid, p_transaction uuid, p_pinned bigint, p_amount bigint) returns void
language plpgsql as $$
begin
  insert into bursar.budget_uses (subject, budget, starts_at)
  select p_transaction, u.budget, u.starts_at from bursar.budget_uses u where u.subject = p_hold;
  if found then
    perform bursar.adjust_budgets(p_hold, p_amount, -p_pinned);
  end if;
end $$;

create function bursar.reached_percent(p_spent bigint, p_limit bigint, p_alert_at smallint[]) returns smallint
language sql immutable
return coalesce((
  select max(a.percent)
  from unnest(p_alert_at) a (percent)
  where p_spent > 0 and p_spent::numeric * 100 >= p_limit::numeric * a.percent
), 0);

-- Tells that spending has reached the highest percent so far, once for each percent and period: after a reversal
-- brought it down again, the same percent is not told anew.
create function bursar.tell_budgets(p_subject uuid) returns void
language plpgsql as $$
begin
  with reached as (
    update bursar.budget_periods c
    set alerted = bursar.reached_percent(c.spent, b.spending_limit, b.alert_at)
    from bursar.budget_uses u
    join bursar.budgets b on b.number = u.budget
    where u.subject = p_subject and c.budget = u.budget and c.starts_at = u.starts_at and b.ended_at = 'infinity'
      and bursar.reached_percent(c.spent, b.spending_limit, b.alert_at) > c.alerted
    returning c.budget, c.starts_at, c.spent, c.alerted
  )
  insert into bursar.outbox (kind, subject_wallet, payload)
  select 'budget-alert', b.wallet_id, jsonb_strip_nulls(jsonb_build_object(
    'budget', b.id, 'percent', r.alerted, 'spent', bursar.credits_text(r.spent),
    'limit', bursar.credits_text(b.spending_limit), 'enforce', b.enforced, 'period', b.period,
    'ends_at', case when b.period <> 'total' then bursar.instant_text(bursar.period_end(b.period, r.starts_at)) end,
    'member', m.owner, 'product', b.product, 'key', b.api_key))
  from reached r
  join bursar.budgets b on b.number = r.budget
  left join bursar.wallets m on m.id = b.member_id
  order by b.number;
end $$;
