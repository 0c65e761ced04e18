import { randomBytes } from 'node:crypto';
import { MICRO_PER_CREDIT, PlanTerms } from '@bursar/contracts';
import {
  attachSubscriptionCheckout,
  databaseClock,
  mirrorSubscription,
  openSubscription,
  type Database,
  type SubscriptionFacts,
} from '../src/operations.ts';
import { putPlan, type Plan } from '../src/reads.ts';
import { newHead } from './reads-fixtures.ts';

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
});
