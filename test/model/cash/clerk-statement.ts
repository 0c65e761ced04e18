import type { StatementDay } from '@bursar/contracts';
import type { ListedMove } from '../../../packages/payments/src/reconciliation/stripe-lists.ts';

type Column = 'inflow' | 'refunds' | 'disputes' | 'payouts';
const COLUMNS: Readonly<Record<string, Column>> = {
  charge: 'inflow',
  refund: 'refunds',
  refund_failure: 'refunds',
  dispute: 'disputes',
  dispute_reversal: 'disputes',
  payout: 'payouts',
  payout_reversal: 'payouts',
};

/** A statement as it is written by hand: every movement put into its column, the balance carried on. */
export function clerkStatement(
  moves: readonly ListedMove[],
  from: Date,
  opening: Readonly<Record<string, number>>,
): StatementDay[] {
  const balances = { ...opening };
  const days = new Map<string, Record<Column | 'fees' | 'opening', number>>();
  for (const { currency, createdAt, category, amount, fee } of moves) {
    const before = balances[currency] ?? 0;
    balances[currency] = before + amount - fee;
    if (createdAt < from) continue;
    const key = `${currency} ${createdAt.toISOString().slice(0, 10)}`;
    const day = days.get(key) ?? {
      opening: before,
      inflow: 0,
      fees: 0,
      refunds: 0,
      disputes: 0,
      payouts: 0,
    };
    days.set(key, day);
    const column = COLUMNS[category];
    if (column === undefined) throw new Error(`No column for ${category}.`);
    day[column] += amount;
    day.fees -= fee;
  }
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, day]) => written(key, day));
}

function written(key: string, day: Record<Column | 'fees' | 'opening', number>): StatementDay {
  const [currency = '', date = ''] = key.split(' ');
  const { opening, inflow, fees, refunds, disputes, payouts } = day;
  const closing = opening + inflow + fees + refunds + disputes + payouts;
  return {
    currency,
    day: date,
    opening: `${opening}`,
    inflow: `${inflow}`,
    fees: `${fees}`,
    refunds: `${refunds}`,
    disputes: `${disputes}`,
    payouts: `${payouts}`,
    other: '0',
    closing: `${closing}`,
    outside: '0',
    difference: '0',
  };
}
