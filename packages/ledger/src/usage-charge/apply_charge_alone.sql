-- One charge whose operation is claimed. Returns the refusal, or null. A wallet that is not among the locked ones
-- was made after they were locked, so for this charge it does not exist yet.
create function bursar.apply_charge_alone(
  p_locked bigint[], p_transaction uuid, p_key uuid, p_hash uuid, p_caller text, p_actor text, p_accepted timestamptz,
  p_owner text, p_amount bigint, p_product text, p_description text, p_occurred timestamptz, p_behalf text,
  p_metadata jsonb, p_pricing bursar.pricing, p_now timestamptz
) returns jsonb
language plpgsql as $$
declare
  v_wallet bigint := (select w.id from bursar.wallets w where w.owner = p_owner and w.id = any (p_locked));
  v_behalf bigint := bursar.wallet_id(p_behalf);
  v_error jsonb;
begin
  if v_wallet is null then
    v_error := bursar.wallet_missing(p_owner);
  else
    v_error := coalesce(
      bursar.refuse_closed(array[v_wallet]),
      bursar.refuse_on_behalf(p_owner, p_behalf),
      bursar.refuse_over_budget(v_wallet, v_behalf, p_product, p_caller, p_amount, p_now));
  end if;
  if v_error is null then
    v_error := bursar.charge_wallet(
      p_transaction, v_wallet, p_amount, p_now, v_behalf,
      row(p_key, p_actor, null, p_product, p_description, null, null, null, p_metadata, p_occurred)::bursar.details, p_pricing);
  end if;
  if v_error is null then
    perform bursar.count_in_budgets(p_transaction, v_wallet, v_behalf, p_product, p_caller, p_amount, 0, p_now);
  else
    -- A charge to a wallet that does not exist is kept whole, so that an operator can replay it.
    update bursar.operations o
    set status = 'rejected', transaction_id = null, error = v_error,
      command = case when v_wallet is null then jsonb_strip_nulls(jsonb_build_object(
        'key', p_key, 'hash', p_hash, 'caller', p_caller, 'actor', p_actor, 'accepted_at', p_accepted, 'wallet', p_owner,
        'amount', p_amount::text, 'product', p_product, 'description', p_description, 'occurred_at', p_occurred,
        'on_behalf_of', p_behalf, 'metadata', p_metadata, 'pricing', bursar.pricing_facts(p_pricing))) end
    where o.key = p_key;
  end if;
  return v_error;
end $$;

-- Only an active member may spend on behalf of an organization.
create function bursar.refuse_on_behalf(p_owner text, p_behalf text) returns jsonb
language plpgsql stable as $$
declare
  v_status bursar.member_status;
begin
  if p_behalf is null then
    return null;
  end if;
  select m.status into v_status
  from bursar.memberships m
  where p_behalf like 'org:%' and m.organization_id = substr(p_behalf, 5)
    and p_owner like 'user:%' and m.user_id = substr(p_owner, 6);
  return bursar.refuse_membership(v_status, p_owner, p_behalf);
end $$;

create function bursar.refuse_membership(p_status bursar.member_status, p_member text, p_organization text) returns jsonb
language sql immutable
return case p_status
  when 'active' then null
  when 'suspended' then bursar.refusal('member_suspended',
    format('%s is suspended in %s; no credits moved. Reinstate the member first.', p_member, p_organization),
    null, null, array[p_member])
  else bursar.refusal('not_a_member',
    format('%s is not a member of %s; no credits moved. Check the names, or add the person first.', p_member, p_organization), null, null, array[p_member])
end;

-- Burns p_amount in burn order; what no lot covers is owed, as far as the limit allows. All or nothing.
-- Returns the refusal, or null when the charge was written under p_transaction.
create function bursar.charge_wallet(
  p_transaction uuid, p_wallet bigint, p_amount bigint, p_now timestamptz, p_prefer bigint, p_details bursar.details,
  p_pricing bursar.pricing default null
) returns jsonb
language plpgsql as $$
declare
  v_owed bigint;
  v_limit bigint;
  v_available bigint := bursar.available_credits(p_wallet, p_now);
  v_covered bigint := least(p_amount, v_available);
begin
  select w.owed, coalesce(w.overdraft_limit, bursar.default_overdraft_limit()) into strict v_owed, v_limit
  from bursar.wallets w
  where w.id = p_wallet;
  if v_owed + (p_amount - v_covered)::numeric > v_limit then
    return bursar.insufficient(p_amount, greatest(v_available + v_limit - v_owed, 0));
  end if;
  perform bursar.move_out(p_transaction, p_wallet, bursar.take_lots(p_wallet, v_covered, p_now, null, p_prefer), 'consumed');
  perform bursar.move_debt(p_transaction, p_wallet, p_amount - v_covered, 'consumed');
  perform bursar.post(p_transaction, p_wallet, 'charge', -v_covered, p_amount - v_covered, p_now, p_details, p_prefer, p_pricing);
  return null;
end $$;
