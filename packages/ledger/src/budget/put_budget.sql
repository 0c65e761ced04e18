-- Making, changing and ending budgets. None of it moves credits.

-- Waits until everybody who spends what this wallet's budgets count is through, and keeps newcomers out.
create function bursar.close_budget_gate(p_wallet bigint) returns timestamptz
language plpgsql as $$
begin
  perform from bursar.wallets w where w.id = p_wallet for no key update;
  perform pg_advisory_xact_lock(bursar.budget_gate(p_wallet));
  return clock_timestamp();
end $$;

-- As many as may have to be looked at for one charge.
create function bursar.budgets_per_wallet_max() returns integer
language sql immutable parallel safe
return 100;

-- A change of the limit, of the alerts or of enforcement keeps what was counted. A change of what is counted ends the
-- budget and begins another under its id, at zero; so does beginning at another moment that is still to come.
-- refusal: wallet_not_found | not_a_member | key_not_found | id_taken | too_many
create function bursar.put_budget(
  p_id text, p_owner text, p_member text, p_product text, p_key uuid, p_limit bigint, p_period bursar.budget_period,
  p_alert_at smallint[], p_enforced boolean, p_active_from timestamptz, out refusal text, out created boolean
)
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_member bigint := bursar.wallet_id(p_member);
  v_key text := bursar.public_id('key', p_key);
  v_now timestamptz;
  v_before bursar.budgets;
begin
  refusal := bursar.refuse_budget_scope(v_wallet, p_owner, p_member, p_key);
  if refusal is not null then
    return;
  end if;
  v_now := bursar.close_budget_gate(v_wallet);
  if bursar.is_closed(v_wallet) then
    refusal := 'wallet_not_found';
    return;
  end if;
  select b.* into v_before from bursar.budgets b where b.id = p_id and b.ended_at = 'infinity' for no key update;
  if v_before.wallet_id <> v_wallet then
    refusal := 'id_taken';
    return;
  end if;
  created := v_before.number is null;
  p_active_from := greatest(p_active_from, v_now);
  if not created and (v_before.member_id, v_before.product, v_before.api_key, v_before.period)
      is not distinct from (v_member, p_product, v_key, p_period)
    and greatest(v_before.active_from, v_now) = p_active_from then
    perform bursar.change_budget(v_before, p_limit, p_alert_at, p_enforced, v_now);
    return;
  end if;
  if created and (
    select count(*) from bursar.budgets b where b.wallet_id = v_wallet and b.ended_at = 'infinity'
  ) >= bursar.budgets_per_wallet_max() then
    refusal := 'too_many';
    return;
  end if;
  update bursar.budgets b set ended_at = v_now where b.number = v_before.number;
  insert into bursar.budgets (
    id, wallet_id, member_id, product, api_key, spending_limit, period, alert_at, enforced, active_from, created_at
  ) values (
    p_id, v_wallet, v_member, p_product, v_key, p_limit, p_period, p_alert_at, p_enforced, p_active_from, v_now
  )
  on conflict (id) where ended_at = 'infinity' do nothing;
  if not found then
    refusal := 'id_taken';
    return;
  end if;
  update bursar.wallets w set budgeted = true where w.id = v_wallet;
end $$;

-- A member who has left may be named: the budget counts again when they come back.
create function bursar.refuse_budget_scope(p_wallet bigint, p_owner text, p_member text, p_key uuid) returns text
language sql stable
return case
  when p_wallet is null then 'wallet_not_found'
  when p_member is not null and not exists (
    select from bursar.memberships m where 'org:' || m.organization_id = p_owner and 'user:' || m.user_id = p_member
  ) then 'not_a_member'
  when p_key is not null and not exists (select from bursar.api_keys k where k.id = p_key) then 'key_not_found'
end;

-- Another limit, or other percents, begin their alerts anew. What is reached already passes as told, because whoever
-- changes the budget is shown its state.
create function bursar.change_budget(
  p_before bursar.budgets, p_limit bigint, p_alert_at smallint[], p_enforced boolean, p_now timestamptz
) returns void
language plpgsql as $$
begin
  update bursar.budgets b
  set spending_limit = p_limit, alert_at = p_alert_at, enforced = p_enforced
  where b.number = p_before.number;
  if (p_before.spending_limit, p_before.alert_at) is distinct from (p_limit, p_alert_at) then
    update bursar.budget_periods c
    set alerted = bursar.reached_percent(c.spent, p_limit, p_alert_at)
    where c.budget = p_before.number and c.starts_at = bursar.period_start(p_before.period, p_now);
  end if;
end $$;

-- What holds had set aside under the budget is captured as before; nobody is told about it any more.
create function bursar.delete_budget(p_id text, p_owner text) returns boolean
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_now timestamptz := bursar.close_budget_gate(v_wallet);
begin
  update bursar.budgets b set ended_at = v_now
  where b.id = p_id and b.wallet_id = v_wallet and b.ended_at = 'infinity';
  if not found then
    return false;
  end if;
  update bursar.wallets w
  set budgeted = exists (select from bursar.budgets b where b.wallet_id = v_wallet and b.ended_at = 'infinity')
  where w.id = v_wallet;
  return true;
end $$;
