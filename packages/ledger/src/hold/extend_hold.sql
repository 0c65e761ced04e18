-- Gives a hold more time, and perhaps more credits, all or nothing. Both are "at least": an extension that says less than
-- the hold has already changes nothing, so that repetitions and reordered ones are harmless.
create function bursar.extend_hold(p_command bursar.hold_command, p_now timestamptz) returns bursar.hold_outcome
language plpgsql as $$
declare
  v_found record := bursar.open_hold(p_command.hold, p_now);
  v_hold bursar.holds := v_found.hold;
  v_amount bigint;
  v_added bigint;
  v_error jsonb := v_found.error;
begin
  if v_error is null then
    v_amount := greatest(v_hold.amount, p_command.amount);
    -- What was captured beyond the hold is charged already and needs not be set aside again.
    v_added := v_amount - greatest(v_hold.amount, least(v_hold.captured, v_amount));
    v_error := bursar.refuse_extension(p_command, v_hold, v_added, p_now);
  end if;
  if v_error is not null then
    return row(v_error, null, null)::bursar.hold_outcome;
  end if;
  if v_added > 0 then
    perform bursar.pin_slices(v_hold.id, v_hold.wallet_id, v_added, p_now, null, v_hold.on_behalf_of, p_now);
    perform bursar.adjust_budgets(v_hold.id, 0, v_added);
  end if;
  update bursar.holds h
  set amount = v_amount, expires_at = greatest(h.expires_at, p_now + make_interval(secs => p_command.expires_in))
  where h.id = v_hold.id
  returning * into v_hold;
  return row(null, jsonb_build_object('hold', bursar.hold_summary(v_hold), 'added', bursar.credits_text(v_added)), null)::bursar.hold_outcome;
end $$;

-- However often it is extended, a hold ends within a week: credits that nobody watches must not stay set aside for ever.
create function bursar.hold_life_limit() returns interval
language sql immutable parallel safe
return interval '7 days';

-- More time is the hold's own affair; more credits are asked of the wallet as for a new hold.
create function bursar.refuse_extension(p_command bursar.hold_command, p_hold bursar.holds, p_added bigint, p_now timestamptz)
returns jsonb
language plpgsql stable as $$
declare
  v_wallet bursar.wallets;
  v_last timestamptz := p_hold.created_at + bursar.hold_life_limit();
begin
  if p_now + make_interval(secs => p_command.expires_in) > v_last then
    return bursar.refusal('hold_life_exceeded',
      format('The hold cannot live beyond %s; no credits moved. Ask for less time, or capture it and place another.',
        bursar.instant_text(v_last)));
  end if;
  if p_command.amount < p_hold.captured then
    return bursar.refusal('amount_below_captured',
      format('%s credits were captured already; no credits moved. Ask for a total of at least that.',
        bursar.credits_text(p_hold.captured)), p_hold.captured);
  end if;
  if p_added = 0 then
    return null;
  end if;
  select w.* into strict v_wallet from bursar.wallets w where w.id = p_hold.wallet_id;
  return coalesce(
    bursar.refuse_on_behalf(v_wallet.owner, (select o.owner from bursar.wallets o where o.id = p_hold.on_behalf_of)),
    bursar.refuse_over_budgets_of(p_hold.id, p_added),
    bursar.refuse_pinning(v_wallet, p_added, p_now));
end $$;
