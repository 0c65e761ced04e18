-- Lots: which can be spent, in which order, and how parts of them are taken or set aside.

-- What a wallet can spend at this moment. Time is tested here, so a late sweeper changes nothing.
create function bursar.spendable_lots(p_wallet bigint, p_now timestamptz) returns setof bursar.lots
language sql stable as $$
  select l.*
  from bursar.lots l
  join bursar.wallets w on w.id = l.wallet_id
  where l.wallet_id = p_wallet
    and not l.closed
    and l.remaining > l.held
    and l.effective_at <= p_now
    and l.expires_at > p_now
    and (w.frozen_by is null or l.allocated_by is null or l.allocated_by <> all (w.frozen_by))
$$;

create function bursar.available_credits(p_wallet bigint, p_now timestamptz, p_kind bursar.lot_kind default null)
returns bigint
language sql stable as $$
  select coalesce(sum(l.remaining - l.held), 0)::bigint
  from bursar.spendable_lots(p_wallet, p_now) l
  where p_kind is null or l.kind = p_kind
$$;

-- The next p_amount credits in burn order, or fewer if there are fewer. p_prefer names the organization
-- on whose behalf the work is done: what it allocated goes first.
create function bursar.next_to_burn(
  p_wallet bigint, p_amount bigint, p_now timestamptz, p_kind bursar.lot_kind, p_prefer bigint
) returns bursar.taken[]
language sql stable as $$
  with ordered as (
    select
      l.id,
      l.kind,
      l.remaining - l.held as free,
      sum(l.remaining - l.held) over (
        order by coalesce(l.allocated_by = p_prefer, false) desc,
          l.priority, l.expires_at, l.unit_cost, l.effective_at, l.created_at, l.id
        rows unbounded preceding
      )::bigint as upto
    from bursar.spendable_lots(p_wallet, p_now) l
    where p_kind is null or l.kind = p_kind
  )
  select coalesce(
    array_agg(row(o.id, o.kind, least(o.upto, p_amount) - (o.upto - o.free))::bursar.taken order by o.upto),
    '{}')
  from ordered o
  where o.upto - o.free < p_amount
$$;

create function bursar.taken_total(p_taken bursar.taken[]) returns bigint
language sql immutable as $$
  select coalesce(sum(t.amount), 0)::bigint from unnest(p_taken) t
$$;

-- Takes the next p_amount credits out of their lots.
create function bursar.take_lots(
  p_wallet bigint, p_amount bigint, p_now timestamptz, p_kind bursar.lot_kind default null, p_prefer bigint default null
) returns bursar.taken[]
language plpgsql as $$
declare
  v_taken bursar.taken[] := bursar.next_to_burn(p_wallet, p_amount, p_now, p_kind, p_prefer);
begin
  update bursar.lots l
  set remaining = l.remaining - t.amount, closed = (l.remaining = t.amount)
  from unnest(v_taken) t
  where l.id = t.lot_id;
  return v_taken;
end $$;

-- Sets the next p_amount credits aside for a holder: no rival and no expiry can take them. p_later is the moment when a
-- holder that has slices already adds to them; these are taken first.
create function bursar.pin_slices(
  p_holder uuid, p_wallet bigint, p_amount bigint, p_now timestamptz,
  p_kind bursar.lot_kind default null, p_prefer bigint default null, p_later timestamptz default null
) returns void
language plpgsql as $$
declare
  v_taken bursar.taken[] := bursar.next_to_burn(p_wallet, p_amount, p_now, p_kind, p_prefer);
  v_before integer := 0;
begin
  if p_later is not null then
    select coalesce(max(s.position), 0) into v_before from bursar.slices s where s.holder = p_holder;
  end if;
  insert into bursar.slices (holder, position, wallet_id, lot_id, amount, pinned, pinned_at)
  select p_holder, v_before + t.ord, p_wallet, t.lot_id, t.amount, t.amount, p_later
  from unnest(v_taken) with ordinality t (lot_id, kind, amount, ord);
  update bursar.lots l set held = l.held + t.amount from unnest(v_taken) t where l.id = t.lot_id;
  update bursar.wallets w set held = w.held + p_amount where w.id = p_wallet;
end $$;

-- Takes p_amount out of what a holder has set aside, in the order in which it was set aside.
create function bursar.take_slices(p_holder uuid, p_wallet bigint, p_amount bigint) returns bursar.taken[]
language plpgsql as $$
declare
  v_taken bursar.taken[];
begin
  with ordered as (
    select
      s.position,
      s.lot_id,
      s.pinned,
      sum(s.pinned) over (order by s.position rows unbounded preceding)::bigint as upto
    from bursar.slices s
    where s.holder = p_holder and s.pinned > 0
  ), part as (
    select o.position, o.lot_id, least(o.upto, p_amount) - (o.upto - o.pinned) as amount
    from ordered o
    where o.upto - o.pinned < p_amount
  ), unpinned as (
    update bursar.slices s set pinned = s.pinned - p.amount from part p
    where s.holder = p_holder and s.position = p.position
  ), left_lot as (
    update bursar.lots l
    set remaining = l.remaining - p.amount, held = l.held - p.amount, closed = (l.remaining = p.amount)
    from (select lot_id, sum(amount)::bigint as amount from part group by lot_id) p
    where l.id = p.lot_id
    returning l.id, l.kind
  )
  select coalesce(array_agg(row(p.lot_id, l.kind, p.amount)::bursar.taken order by p.position), '{}')
  into v_taken
  from part p join left_lot l on l.id = p.lot_id;
  update bursar.wallets w set held = w.held - bursar.taken_total(v_taken) where w.id = p_wallet;
  return v_taken;
end $$;

-- Frees what these holders still have set aside.
create function bursar.free_slices(p_holders uuid[]) returns void
language sql as $$
  with pinned as (
    select s.holder, s.position, s.wallet_id, s.lot_id, s.pinned
    from bursar.slices s
    where s.holder = any (p_holders) and s.pinned > 0
  ), unpinned as (
    update bursar.slices s set pinned = 0 from pinned p where s.holder = p.holder and s.position = p.position
  ), freed_lots as (
    update bursar.lots l
    set held = l.held - p.pinned
    from (select lot_id, sum(pinned)::bigint as pinned from pinned group by lot_id) p
    where l.id = p.lot_id
  )
  update bursar.wallets w
  set held = w.held - p.pinned
  from (select wallet_id, sum(pinned)::bigint as pinned from pinned group by wallet_id) p
  where w.id = p.wallet_id
$$;
