-- Sets credits aside before work starts. This is where work is refused, never in the middle of it.
create function bursar.place_hold(p_command bursar.hold_command, p_locked bigint[], p_now timestamptz)
returns bursar.hold_outcome
language plpgsql as $$
declare
  v_wallet bursar.wallets;
  v_prefer bigint := bursar.wallet_id(p_command.on_behalf_of);
  v_hold bursar.holds;
  v_error jsonb;
begin
  select w.* into v_wallet from bursar.wallets w where w.owner = p_command.wallet and w.id = any (p_locked);
  if v_wallet.id is null then
    return row(bursar.wallet_missing(p_command.wallet), null, null)::bursar.hold_outcome;
  end if;
  v_error := coalesce(
    bursar.refuse_closed(array[v_wallet.id]),
    bursar.refuse_on_behalf(p_command.wallet, p_command.on_behalf_of),
    bursar.refuse_over_budget(v_wallet.id, v_prefer, p_command.product, p_command.caller, p_command.amount, p_now),
    bursar.refuse_pinning(v_wallet, p_command.amount, p_now),
    bursar.refuse_overdraft(v_wallet, p_command.overdraft, p_now));
  if v_error is not null then
    return row(v_error, null, null)::bursar.hold_outcome;
  end if;
  insert into bursar.holds (
    id, wallet_id, amount, product, on_behalf_of, overdraft, price, price_version, quantity, operation, expires_at, created_at
  ) values (
    bursar.new_id(), v_wallet.id, p_command.amount, p_command.product, v_prefer, p_command.overdraft,
    (p_command.pricing).price, (p_command.pricing).version, (p_command.pricing).quantity, p_command.key,
    p_now + make_interval(secs => p_command.expires_in), p_now
  )
  returning * into v_hold;
  perform bursar.pin_slices(v_hold.id, v_wallet.id, v_hold.amount, p_now, null, v_prefer);
  perform bursar.count_in_budgets(
    v_hold.id, v_wallet.id, v_prefer, v_hold.product, p_command.caller, 0, v_hold.amount, p_now);
  return row(null, jsonb_build_object('hold', bursar.hold_summary(v_hold)), null)::bursar.hold_outcome;
end $$;

-- Only what is available now can be set aside, and nothing in a wallet that owes more than it may.
create function bursar.refuse_pinning(p_wallet bursar.wallets, p_amount bigint, p_now timestamptz) returns jsonb
language plpgsql stable as $$
declare
  v_available bigint := bursar.available_credits(p_wallet.id, p_now);
begin
  return case
    when v_available < p_amount then bursar.insufficient(p_amount, v_available)
    when p_wallet.owed > coalesce(p_wallet.overdraft_limit, bursar.default_overdraft_limit()) then bursar.insufficient(p_amount, 0)
  end;
end $$;

-- A hold may declare debt beyond the wallet's limit only as far as the wallet allows it to all holds under way together.
-- Where any debt is allowed there is nothing to go beyond.
create function bursar.refuse_overdraft(p_wallet bursar.wallets, p_overdraft bigint, p_now timestamptz) returns jsonb
language plpgsql stable as $$
declare
  v_left numeric;
begin
  if p_overdraft = 0 or coalesce(p_wallet.overdraft_limit, bursar.default_overdraft_limit()) >= bursar.debt_limit() then
    return null;
  end if;
  select p_wallet.soft_landing_limit - coalesce(sum(h.overdraft - h.overdraft_used), 0) into v_left
  from bursar.holds h
  where h.wallet_id = p_wallet.id and h.status = 'open' and h.overdraft > 0 and h.expires_at > p_now;
  return case when v_left < p_overdraft then bursar.refusal('overdraft_not_allowed',
    format('%s credits of overdraft were declared and the wallet allows %s; no credits moved. Declare less, or raise its soft_landing_limit.',
      bursar.credits_text(p_overdraft), bursar.credits_text(greatest(v_left, 0)::bigint)),
    p_overdraft, greatest(v_left, 0)::bigint) end;
end $$;

-- A hold in the wire's shape.
create function bursar.hold_summary(p_hold bursar.holds) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('hold', p_hold.id), 'wallet', w.owner, 'amount', bursar.credits_text(p_hold.amount),
    'captured', bursar.credits_text(p_hold.captured), 'status', p_hold.status, 'product', p_hold.product,
    'overdraft', bursar.credits_text(p_hold.overdraft), 'overdraft_used', bursar.credits_text(p_hold.overdraft_used),
    'expires_at', bursar.instant_text(p_hold.expires_at))
    || case when p_hold.price is null then '{}'
      else jsonb_build_object('pricing', bursar.pricing_summary(p_hold.price, p_hold.price_version, p_hold.quantity)) end
  from bursar.wallets w
  where w.id = p_hold.wallet_id
$$;
