-- Credits go from one wallet to another, keeping expiry and cost basis. A transfer never creates debt.
create function bursar.apply_transfer(
  p_head bursar.operation_head, p_from text, p_to text, p_amount bigint, p_kind bursar.lot_kind, p_message text,
  p_unrestricted boolean
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_from bigint := bursar.wallet_id(p_from);
  v_to bigint := bursar.wallet_id(p_to);
  v_now timestamptz := bursar.lock_wallets(array[v_from, v_to]);
  v_transaction uuid := bursar.new_id();
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if v_from is null or v_to is null then
    return bursar.reject(p_head, bursar.wallet_missing(case when v_from is null then p_from else p_to end));
  end if;
  v_error := coalesce(
    bursar.refuse_closed(array[v_from, v_to]),
    bursar.refuse_parties(p_from, p_to, p_unrestricted),
    bursar.refuse_taking(v_from, p_amount, v_now, p_kind),
    case when not p_unrestricted then bursar.refuse_capped(v_from, array[p_to], array[p_amount], v_now) end,
    bursar.refuse_receiving(v_to, p_amount));
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  perform bursar.give_credits(
    v_transaction, v_from, v_to, bursar.take_lots(v_from, p_amount, v_now, p_kind), v_now, 'transfer',
    row(p_head.key, p_head.actor, null, null, null, p_message, null, null, null, null)::bursar.details);
  return bursar.succeed(p_head, v_now, v_transaction, jsonb_build_object(
    'transfer', bursar.transfer_summary(v_transaction, v_from, v_to, p_amount)));
end $$;

-- An organization and one of its active members; other pairs only for an operator.
create function bursar.refuse_parties(p_from text, p_to text, p_unrestricted boolean) returns jsonb
language plpgsql stable as $$
declare
  v_organization text := case when p_from like 'org:%' then p_from else p_to end;
  v_member text := case when p_from like 'org:%' then p_to else p_from end;
  v_status bursar.member_status;
begin
  if p_from = p_to then
    return bursar.refusal('invalid_request', 'Credits move between two different wallets; no credits moved.');
  end if;
  if (p_from like 'org:%') = (p_to like 'org:%') then
    return case when not p_unrestricted then bursar.refusal('forbidden',
      'Credits move between an organization and its members; only an operator may move them otherwise. No credits moved.') end;
  end if;
  select m.status into v_status
  from bursar.memberships m
  where m.organization_id = substr(v_organization, 5) and m.user_id = substr(v_member, 6);
  return case when v_status is null and p_unrestricted then null
    else bursar.refuse_membership(coalesce(v_status, 'removed'), v_member, v_organization) end;
end $$;

create function bursar.refuse_taking(p_wallet bigint, p_amount bigint, p_now timestamptz, p_kind bursar.lot_kind) returns jsonb
language plpgsql stable as $$
declare
  v_available bigint := bursar.available_credits(p_wallet, p_now);
  v_of_kind bigint := bursar.available_credits(p_wallet, p_now, p_kind);
begin
  if v_available < p_amount then
    return bursar.insufficient(p_amount, v_available);
  elsif v_of_kind < p_amount then
    return bursar.refusal('lot_kind_unavailable',
      format('%s %s credits are needed and %s are available; no credits moved.',
        bursar.credits_text(p_amount), p_kind, bursar.credits_text(v_of_kind)),
      p_amount, v_of_kind);
  end if;
  return null;
end $$;

create function bursar.refuse_receiving(p_wallet bigint, p_amount bigint) returns jsonb
language sql stable as $$
  select case when w.credits + p_amount > bursar.balance_limit() then bursar.balance_full(w.owner) end
  from bursar.wallets w
  where w.id = p_wallet
$$;

create function bursar.transfer_summary(p_transaction uuid, p_from bigint, p_to bigint, p_amount bigint) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'transaction', bursar.public_id('txn', p_transaction),
    'from', (select w.owner from bursar.wallets w where w.id = p_from),
    'to', (select w.owner from bursar.wallets w where w.id = p_to),
    'amount', bursar.credits_text(p_amount),
    'lots', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'lot', bursar.public_id('lot', m.from_lot), 'kind', l.kind, 'amount', bursar.credits_text(m.amount),
        'expires_at', bursar.instant_text(nullif(l.expires_at, 'infinity'))) order by m.position), '[]')
      from (
        select min(position) as position, from_lot, sum(amount)::bigint as amount
        from bursar.movements where transaction_id = p_transaction and from_wallet = p_from group by from_lot
      ) m
      join bursar.lots l on l.id = m.from_lot
    ))
$$;
