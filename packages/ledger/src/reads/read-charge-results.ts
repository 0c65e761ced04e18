import { formatAmount, toPublicId, type LotKind } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import type { PricingView } from '../price/read-prices.ts';

interface ChargeRow {
  transaction: string;
  wallet: string;
  amount: bigint;
  pricing: PricingView | null;
}

interface PartRow {
  transaction: string;
  /** `null` is the part that no lot covered. */
  lot: string | null;
  kind: LotKind | null;
  amount: bigint;
}

/**
 * The results of charges in the wire's shape, by the UUIDs of their transactions. They are not
 * stored with the operation: a charge is written far more often than its result is asked for.
 */
export async function readChargeResults(
  db: Database,
  transactions: readonly string[],
): Promise<Map<string, { charge: Record<string, unknown> }>> {
  const ids = [...transactions];
  const [charges, parts] = await Promise.all([
    db<ChargeRow[]>`
      select t.id as transaction, w.owner as wallet, -t.amount as amount,
        bursar.pricing_summary(t.price, t.price_version, t.quantity) as pricing
      from bursar.transaction_history t
      join bursar.wallets w on w.id = t.wallet_id
      where t.id = any (${ids}::uuid[])`,
    db<PartRow[]>`
      select m.transaction_id as transaction, m.from_lot as lot, l.kind, sum(m.amount)::bigint as amount
      from bursar.movement_history m
      left join bursar.lots l on l.id = m.from_lot
      where m.transaction_id = any (${ids}::uuid[]) and m.to_account = 'consumed'
      group by m.transaction_id, m.from_lot, l.kind
      order by m.transaction_id, min(m.position)`,
  ]);
  const partsOf = Map.groupBy(parts, (part) => part.transaction);
  return new Map(
    charges.map((charge) => [
      charge.transaction,
      summary(charge, partsOf.get(charge.transaction) ?? []),
    ]),
  );
}

function summary(charge: ChargeRow, parts: readonly PartRow[]) {
  const owed = parts
    .filter((part) => part.lot === null)
    .reduce((sum, part) => sum + part.amount, 0n);
  return {
    charge: {
      transaction: toPublicId('txn', charge.transaction),
      wallet: charge.wallet,
      amount: formatAmount(charge.amount),
      lots: parts.flatMap(({ lot, kind, amount }) =>
        lot === null ? [] : [{ lot: toPublicId('lot', lot), kind, amount: formatAmount(amount) }],
      ),
      owed: formatAmount(owed),
      ...(charge.pricing !== null && { pricing: charge.pricing }),
    },
  };
}
