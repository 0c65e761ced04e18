-- An operator gives credits: promotional, subscription, or an adjustment. Debt is paid first.
create function bursar.apply_grant(
  p_head bursar.operation_head, p_owner text, p_amount bigint, p_kind bursar.lot_kind, p_expires_at timestamptz,
  p_effective_at timestamptz, p_priority smallint, p_reason text
) returns bursar.outcome
language plpgsql security definer set search_path = bursar, pg_temp
as $$
declare
  v_wallet bigint := bursar.wallet_id(p_owner);
  v_now timestamptz := bursar.lock_wallets(array[v_wallet]);
  v_transaction uuid := bursar.new_id();
  v_credits bigint;
  v_owed bigint;
  v_in record;
  v_error jsonb;
begin
  if not bursar.claim_operation(p_head) then
    return bursar.stored_outcome(p_head);
  end if;
  if v_wallet is null then
    return bursar.reject(p_head, bursar.wallet_missing(p_owner));
  end if;
  v_error := bursar.refuse_closed(array[v_wallet]);
  if v_error is not null then
    return bursar.reject(p_head, v_error);
  end if;
  if p_expires_at <= greatest(v_now, p_effective_at) then
    return bursar.reject(p_head, bursar.refusal('invalid_request', 'expires_at has passed already; no credits moved.'));
  end if;
  select w.credits, w.owed into strict v_credits, v_owed from bursar.wallets w where w.id = v_wallet;
  if v_credits + p_amount > bursar.balance_limit() then
    return bursar.reject(p_head, bursar.balance_full(p_owner));
  end if;
  v_in := bursar.move_in(
    v_transaction, v_wallet, p_amount, v_owed, v_now,
    row(p_kind, p_priority, 0, null, p_effective_at, p_expires_at, null, null, null)::bursar.lot_terms,
    ('issued:' || p_kind)::bursar.account);
  perform bursar.post(
    v_transaction, v_wallet, case when p_kind = 'adjustment' then 'adjustment' else 'grant' end::bursar.transaction_kind,
    p_amount - v_in.settled, -v_in.settled, v_now,
    row(p_head.key, p_head.actor, null, null, null, null, p_reason, null, null, null)::bursar.details);
  return bursar.succeed(p_head, v_now, v_transaction, jsonb_build_object(
    'transaction', bursar.public_id('txn', v_transaction),
    'settled', bursar.credits_text(v_in.settled),
    'lot', bursar.lot_summary(v_in.lot_id)));
end $$;

-- A lot as the outcome of a command names it; null when debt took everything.
create function bursar.lot_summary(p_lot uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'id', bursar.public_id('lot', l.id),
    'kind', l.kind,
    'amount', bursar.credits_text(l.amount),
    'remaining', bursar.credits_text(l.remaining),
    'expires_at', bursar.instant_text(nullif(l.expires_at, 'infinity')))
  from bursar.lots l
  where l.id = p_lot
$$;

-- RFC 3339, UTC, milliseconds.
create function bursar.instant_text(p_at timestamptz) returns text
language sql stable strict
return to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
