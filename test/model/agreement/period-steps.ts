import type { Database } from '@bursar/ledger/administration';
import {
  databaseClock,
  mirrorSubscription,
  settleInvoice,
  takeBackInvoice,
} from '@bursar/ledger/operations';
import type { Renewal } from '../rules/subscription.ts';

const TERMS = {
  plan: 'model',
  name: 'Model',
  credits: '1',
  amount: 1,
  currency: 'usd',
  every: 'month',
  lookup_key: 'model',
  rollover_cap: '0',
  grace_hours: 0,
  seats: null,
  trial_days: 0,
  trial_credits: '0',
  proration: 'none',
} as const;

/** Periods are named by days that no journey moves. */
const dayOf = (number: number): string => new Date(Date.UTC(2000, 0, 1 + number)).toISOString();
const nameOf = (wallet: string): string => wallet.replaceAll(/\W/g, '_');

/** A bill of the wallet's subscription was paid, perhaps not for the first time. */
export async function settlePeriod(
  db: Database,
  bill: string,
  { wallet, number, credits, paid, cap }: Renewal,
  expiresAt: string,
): Promise<void> {
  const name = nameOf(wallet);
  const facts = {
    subscription: null,
    stripe_subscription: `sub_${name}`,
    wallet,
    terms: TERMS,
    quantity: 1,
    // A subscription that goes on would keep its organization from being deleted.
    status: 'canceled',
    item: `si_${name}`,
    price: 'price_model',
    customer: null,
    current_period_start: dayOf(number),
    current_period_end: dayOf(number + 1),
    trial_end: null,
    cancel_at: null,
    canceled_at: null,
    ended_at: dayOf(number + 1),
    next_terms: null,
    next_quantity: null,
    next_at: null,
  };
  const subscription = String(await mirrorSubscription(db, facts, await databaseClock(db)));
  const line = {
    line: `il_${bill}`,
    item: facts.item,
    price: facts.price,
    kind: 'period' as const,
    period_start: dayOf(number),
    period_end: dayOf(number + 1),
    plan: 'model',
    quantity: 1,
    unit_credits: String(credits),
    credits: String(credits),
    paid: Number(paid),
    expires_at: expiresAt,
    rollover_cap: String(cap),
  };
  const invoice = {
    invoice: `in_${bill}`,
    number: null,
    status: 'paid',
    reason: null,
    currency: 'usd',
    total: Number(paid),
    tax: 0,
    paid: Number(paid),
    out_of_band: false,
    payment_intents: [],
    invoiced_at: dayOf(number),
    attempts: 0,
    next_attempt_at: null,
    review_reason: null,
  };
  await settleInvoice(db, subscription, invoice, [line], await databaseClock(db));
}

/** Money of the bill that stands for a period went back. */
export async function takePeriodBack(
  db: Database,
  period: { wallet: string; number: number; paid: bigint },
  refunded: number,
  kind: 'refund' | 'dispute',
  graceDays: number,
): Promise<void> {
  const [row] = await db<{ invoice: string }[]>`
    select p.invoice_id as invoice from bursar.subscription_periods p
    where p.item = ${`si_${nameOf(period.wallet)}`} and p.period_start = ${dayOf(period.number)}`;
  const money = { returned: refunded, paid: Number(period.paid) };
  const readAt = await databaseClock(db);
  await takeBackInvoice(db, row!.invoice, money, kind, 'model', graceDays, readAt);
}
