export interface LotRow {
  wallet_id: bigint;
  id: string;
  kind: string;
  priority: number;
  expiresAt: bigint;
  unitCost: bigint;
  effectiveAt: bigint;
  createdAt: bigint;
  allocatedBy: string | null;
  purchase: string | null;
}

export interface PinRow {
  wallet_id: bigint;
  holder: string;
  by: 'hold' | 'allocation';
  prefer: string | null;
  pinnedAt: bigint;
  /** When the hold ended without a charge. */
  freedAt: bigint | null;
  /** When the charge of its final capture ended it. */
  capturedAt: bigint | null;
  lot: string;
  amount: bigint;
  pinnedNow: bigint;
}

export interface HistoryRow {
  wallet_id: bigint;
  version: bigint;
  id: string;
  kind: string;
  amount: bigint;
  createdAt: bigint;
  counterparty: string | null;
  onBehalfOf: string | null;
  frozenBy: string[] | null;
  allocation: string | null;
  hold: string | null;
  purchase: string | null;
  moved: bigint | null;
  fromLot: string | null;
  toLot: string | null;
  fromDebt: boolean;
  toDebt: boolean;
}

/** Microseconds, because JavaScript's dates would round them away; infinity is the largest bigint. */
const micros = (column: string): string =>
  `case when isfinite(${column}) then (extract(epoch from ${column}) * 1000000)::bigint else 9223372036854775807 end`;

export const LOTS = `
  select l.wallet_id, l.id, l.kind, l.priority, ${micros('l.expires_at')} as "expiresAt", l.unit_cost as "unitCost",
    ${micros('l.effective_at')} as "effectiveAt", ${micros('l.created_at')} as "createdAt",
    l.allocated_by::text as "allocatedBy", l.purchase_id as purchase
  from bursar.lots l
  order by l.wallet_id`;

export const PINS = `
  select s.wallet_id, s.holder, case when h.id is null then 'allocation' else 'hold' end as by,
    h.on_behalf_of::text as prefer, ${micros('coalesce(s.pinned_at, h.created_at, a.created_at)')} as "pinnedAt",
    case when h.closed_at is not null and h.closed_at is distinct from c.at then ${micros('h.closed_at')} end as "freedAt",
    case when h.closed_at = c.at then ${micros('h.closed_at')} end as "capturedAt",
    s.lot_id as lot, s.amount, s.pinned as "pinnedNow"
  from bursar.slices s
  left join bursar.holds h on h.id = s.holder
  left join (
    select t.hold, max(t.created_at) as at from bursar.transaction_history t where t.hold is not null group by t.hold
  ) c on c.hold = h.id
  left join bursar.allocations a on a.id = s.holder
  where coalesce(h.created_at, a.created_at) is not null
  order by s.wallet_id, s.holder, s.position`;

export const HISTORY = `
  select t.wallet_id, t.version, t.id, t.kind, t.amount, ${micros('t.created_at')} as "createdAt",
    t.counterparty::text, t.on_behalf_of::text as "onBehalfOf", t.frozen_by::text[] as "frozenBy",
    a.id as allocation, t.hold, coalesce(p.id, s.id) as purchase, m.amount as moved,
    case when m.from_wallet = t.wallet_id then m.from_lot end as "fromLot",
    case when m.to_wallet = t.wallet_id then m.to_lot end as "toLot",
    m.from_account = 'debt' and m.from_wallet = t.wallet_id as "fromDebt",
    m.to_account = 'debt' and m.to_wallet = t.wallet_id as "toDebt"
  from bursar.transaction_history t
  left join bursar.movement_history m
    on m.transaction_id = t.id and (m.from_wallet = t.wallet_id or m.to_wallet = t.wallet_id)
  left join bursar.allocations a on a.operation = t.operation and t.kind = 'allocation' and t.amount < 0
  left join bursar.purchases p on p.transaction_id = t.corrects and t.kind in ('refund', 'dispute')
  left join bursar.subscription_periods s on s.transaction_id = t.corrects and t.kind in ('refund', 'dispute')
  order by t.wallet_id, t.version, m.position`;
