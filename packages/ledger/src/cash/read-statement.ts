import type { Database } from '../database/connect.ts';

/** What moved on Stripe's balance on a UTC day, in minor units; what went out is negative. */
export interface CashDay {
  currency: string;
  /** `YYYY-MM-DD`. */
  day: string;
  inflow: bigint;
  fees: bigint;
  refunds: bigint;
  disputes: bigint;
  payouts: bigint;
  other: bigint;
}

/** What stood on the balance before, in minor units. */
export interface SettledOpening {
  currency: string;
  balance: bigint;
}

/** The cash book's balance at the beginning of a window, and its days. */
export async function readCashDays(
  db: Database,
  { from, to }: { from: Date; to: Date },
): Promise<{ openings: SettledOpening[]; days: CashDay[] }> {
  const openings = await db<SettledOpening[]>`
    select o.currency, o.balance from bursar.cash_opening(${from}) o order by 1`;
  const days = await db<CashDay[]>`
    select d.currency, d.day::text as day, d.inflow, d.fees, d.refunds, d.disputes, d.payouts, d.other
    from bursar.cash_days(${from}, ${to}) d order by 1, 2`;
  return { openings: [...openings], days: [...days] };
}
