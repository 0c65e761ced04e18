import { randomBytes, randomUUID } from 'node:crypto';
import { MICRO_PER_CREDIT, PlanTerms } from '@bursar/contracts';
import {
  attachSubscriptionCheckout,
  databaseClock,
  mirrorSubscription,
  openSubscription,
  type Database,
  type InvoiceFacts,
  type PaidLine,
  type SubscriptionFacts,
} from '../src/operations.ts';
import { putPlan, type Plan } from '../src/reads.ts';
import { micro, newHead } from './reads-fixtures.ts';

export const planOf = (changes: Partial<Plan> & { id: string }): Plan => ({
  name: 'Pro',
  description: null,
  audience: 'any',
  credits: 100n * MICRO_PER_CREDIT,
  amount: 1_000n,
  currency: 'usd',
  every: 'month',
  lookupKey: `bursar_${changes.id}`,
  rolloverCap: 30n * MICRO_PER_CREDIT,
  graceHours: 72,
  seats: null,
  trialDays: 0,
  trialCredits: 0n,
  proration: 'difference',
  ...changes,
});

const DAY = 86_400_000;
export const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();
export const TERMS: PlanTerms = {
  plan: 'team',
  name: 'Pro',
  credits: micro(100),
  amount: 1_000,
  currency: 'usd',
  every: 'month',
  lookup_key: 'team',
  rollover_cap: '0',
  grace_hours: 72,
  seats: null,
  trial_days: 0,
  trial_credits: '0',
  proration: 'difference',
};

export const invoiceOf = (changes: Partial<InvoiceFacts> = {}): InvoiceFacts => ({
  invoice: `in_${randomUUID()}`,
  number: 'A-1',
  status: 'paid',
  reason: 'subscription_cycle',
  currency: 'usd',
  total: 1_000,
  tax: 0,
  paid: 1_000,
  out_of_band: false,
  payment_intents: [],
  invoiced_at: inDays(0),
  attempts: 0,
  next_attempt_at: null,
  review_reason: null,
  ...changes,
});

/** The period that begins so many days from now, of an item that is this test's alone. */
export const lineOf = (item: string, from: number, changes: Partial<PaidLine> = {}): PaidLine => ({
  line: `il_${randomUUID()}`,
  item,
  price: 'price_pro',
  kind: 'period',
  period_start: new Date(Math.floor(Date.now() / DAY) * DAY + from * DAY).toISOString(),
  period_end: inDays(from + 30),
  plan: 'pro',
  quantity: 1,
  unit_credits: micro(100),
  credits: micro(100),
  paid: 1_000,
  expires_at: inDays(from + 33),
  rollover_cap: '0',
  ...changes,
});

/** A subscription as Stripe tells of it after its first payment; answers with our id. */
export async function subscribed(
  worker: Database,
  ingress: Database,
  wallet: string,
  changes: Partial<SubscriptionFacts> = {},
): Promise<string> {
  const name = randomBytes(6).toString('hex');
  await putPlan(ingress, planOf({ id: `plan-${name}` }));
  const head = newHead();
  const order = { wallet, plan: `plan-${name}`, quantity: 1 };
  const opened = await openSubscription(worker, head, order);
  if (opened.verdict !== 'pending') throw new Error(`Not opened: ${JSON.stringify(opened)}`);
  const id = String(opened.result['subscription']);
  const checkout = { session: `cs_${name}`, url: 'http://localhost/pay', customer: `cus_${name}` };
  await attachSubscriptionCheckout(worker, head, id, checkout);
  const terms = PlanTerms.parse(opened.result['terms']);
  const facts = { ...factsOf(name, wallet, terms), subscription: id, ...changes };
  await mirrorSubscription(worker, facts, await databaseClock(worker));
  return id;
}

export const factsOf = (name: string, wallet: string, terms: PlanTerms): SubscriptionFacts => ({
  subscription: null,
  stripe_subscription: `sub_${name}`,
  wallet,
  terms,
  quantity: 1,
  status: 'active',
  item: `si_${name}`,
  price: `price_${name}`,
  customer: `cus_${name}`,
  current_period_start: '2026-11-01T00:00:00.000Z',
  current_period_end: '2026-12-01T00:00:00.000Z',
  trial_end: null,
  cancel_at: null,
  canceled_at: null,
  ended_at: null,
  next_terms: null,
  next_quantity: null,
  next_at: null,
});
