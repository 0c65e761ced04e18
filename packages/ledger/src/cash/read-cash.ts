import type { Database } from '../database/connect.ts';

/** A payment intent of Stripe's that one of our orders, or another way of paying, stands for. */
export interface KnownPayment {
  paymentIntent: string;
  kind: string;
  /** Our own row's UUID. */
  reference: string;
  wallet: string;
  currency: string;
  /** Minor units as the ledger booked them, without tax; null until the credits are granted. */
  paid: bigint | null;
}

/** Those of the payment intents that are ours. */
export async function findKnownPayments(
  db: Database,
  paymentIntents: readonly string[],
): Promise<KnownPayment[]> {
  if (paymentIntents.length === 0) return [];
  return db<KnownPayment[]>`
    select k.payment_intent as "paymentIntent", k.kind, k.reference, w.owner as wallet, k.currency, k.paid
    from bursar.known_payments(${[...paymentIntents]}::text[]) k
    join bursar.wallets w on w.id = k.wallet_id`;
}

/** Stripe's balance transactions as we booked them, of one currency, UTC day and category. */
export interface SettledCash {
  currency: string;
  /** `YYYY-MM-DD`. */
  day: string;
  category: string;
  count: bigint;
  /** Minor units before fees. */
  amount: bigint;
  fee: bigint;
}

/** The settlements between two moments, summed. */
export async function readSettledCash(db: Database, from: Date, to: Date): Promise<SettledCash[]> {
  return db<SettledCash[]>`
    select s.currency, s.day::text as day, s.category, s.count, s.amount, s.fee
    from bursar.settled_cash(${from}, ${to}) s order by 1, 2, 3`;
}

/** A leg of a payment whose two sides do not clear each other; minor units of `currency`. */
export interface UnclearedCash {
  paymentIntent: string;
  leg: string;
  currency: string;
  /** What our facts say came in (positive) or went back. */
  ours: bigint;
  /** What Stripe settled. */
  settled: bigint;
  ourFacts: bigint;
  settlements: bigint;
  since: Date;
}

/** Of the payments that moved within a window, and of those named beside, what has not cleared. */
export async function readUnclearedCash(
  db: Database,
  { from, to }: { from: Date; to: Date },
  paymentIntents: readonly string[] = [],
): Promise<UnclearedCash[]> {
  return db<UnclearedCash[]>`
    select u.payment_intent as "paymentIntent", u.leg, u.currency, u.ours, u.settled,
      u.our_facts as "ourFacts", u.settlements, u.since
    from bursar.uncleared_cash(${from}, ${to}, ${[...paymentIntents]}::text[]) u
    order by u.since, u.payment_intent, u.leg`;
}

/** A movement on Stripe's balance; minor units of its own currency. */
export interface CashMove {
  id: string;
  currency: string;
  amount: number;
  fee: number;
}

/** A balance transaction that Stripe and the cash book tell differently; `null`: does not have it. */
export interface CashDifference {
  id: string;
  paymentIntent: string | null;
  currency: string;
  told: { amount: bigint; fee: bigint } | null;
  booked: { amount: bigint; fee: bigint } | null;
}

/** Compares all that moved between two moments, both ways. */
export async function readCashDifferences(
  db: Database,
  moves: readonly CashMove[],
  from: Date,
  to: Date,
): Promise<CashDifference[]> {
  const told = moves.map(({ id, currency, amount, fee }) => ({ id, currency, amount, fee }));
  const rows = await db<
    (Pick<CashDifference, 'id' | 'paymentIntent' | 'currency'> & {
      told: bigint | null;
      toldFee: bigint | null;
      booked: bigint | null;
      bookedFee: bigint | null;
    })[]
  >`
    select d.id, d.payment_intent as "paymentIntent", d.currency, d.told, d.told_fee as "toldFee", d.booked,
      d.booked_fee as "bookedFee"
    from bursar.cash_differences(${JSON.stringify(told)}::text::jsonb, ${from}, ${to}) d order by d.id`;
  return rows.map(({ id, paymentIntent, currency, ...sums }) => ({
    id,
    paymentIntent,
    currency,
    told: pairOf(sums.told, sums.toldFee),
    booked: pairOf(sums.booked, sums.bookedFee),
  }));
}

const pairOf = (amount: bigint | null, fee: bigint | null) =>
  amount === null ? null : { amount, fee: fee ?? 0n };

/** What the payments of a bill brought, as booked. */
export interface BillSale {
  /** Stripe's id. */
  bill: string;
  wallet: string;
  currency: string;
  /** Minor units with tax. */
  booked: bigint;
}

/** Of those of the bills whose payments are all booked. */
export async function readBillSales(db: Database, bills: readonly string[]): Promise<BillSale[]> {
  if (bills.length === 0) return [];
  return db<BillSale[]>`
    select s.bill, s.wallet, s.currency, s.booked from bursar.bill_sales(${[...bills]}::text[]) s order by 1`;
}
