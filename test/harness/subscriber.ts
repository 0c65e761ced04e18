import { randomBytes } from 'node:crypto';
import { newUser } from './people.ts';
import type { Answered } from './system-api.ts';
import { untilQuiet } from './until-quiet.ts';
import type { WholeSystem } from './whole-system.ts';

export const DAY = 86_400;
/** An hour in which Stripe leaves a bill open for corrections, and one more. */
const AFTER_PERIOD = 2 * 3_600;

/** Somebody who subscribed and paid. */
export interface Subscriber {
  wallet: string;
  /** Ours, `sbs_…`. */
  id: string;
  /** Stripe's, `sub_…`. */
  subscription: string;
  customer: string;
  session: string;
}

/** A plan of a new name: a hundred credits a month for ten dollars, unless told otherwise. */
export async function newPlan(system: WholeSystem, changes: object = {}): Promise<string> {
  const id = `plan-${randomBytes(4).toString('hex')}`;
  const plan = { name: 'Pro', credits: '100', price: { amount: 1_000, currency: 'usd' } };
  const answered = await system.api.put(`/v1/plans/${id}`, { ...plan, ...changes });
  if (answered.status !== 201) throw new Error(answered.text);
  return id;
}

/** Orders as a client would; answers with the subscription and the session of its page. */
export async function orderPlan(
  system: WholeSystem,
  body: { wallet: string; plan: string; quantity?: number },
): Promise<{ id: string; session: string }> {
  const { subscription } = await system.api.run('/v1/subscriptions', body);
  const session = /cs_\w+$/.exec(String(subscription.checkout_url))?.[0];
  if (session === undefined) throw new Error(`No page: ${JSON.stringify(subscription)}`);
  return { id: subscription.id, session };
}

/** Orders, pays, and waits until everything that follows from it is done. */
export async function subscribe(
  system: WholeSystem,
  plan: string,
  order: { wallet?: string; quantity?: number } = {},
): Promise<Subscriber> {
  const wallet = order.wallet ?? (await newUser(system.api));
  const { id, session } = await orderPlan(system, { ...order, wallet, plan });
  await system.emulator.pay(session);
  await settled(system);
  const { subscription, customer } = await system.emulator.stripe(
    `/v1/checkout/sessions/${session}`,
  );
  return { wallet, id, subscription, customer, session };
}

/** What somebody with Stripe's dashboard, or Stripe itself, does; fails when it is refused. */
export async function atStripe(
  system: WholeSystem,
  path: string,
  form: Record<string, string> = {},
): Promise<Answered['body']> {
  // The emulator's own control speaks JSON, Stripe's API forms.
  const isControl = path.startsWith('/_emu');
  const response = await fetch(system.emulator.url + path, {
    method: 'POST',
    headers: {
      Authorization: 'Bearer sk_test_tests',
      ...(isControl && { 'Content-Type': 'application/json' }),
    },
    body: isControl ? JSON.stringify(form) : new URLSearchParams(form),
  });
  const body: Answered['body'] = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
  return body;
}

/** The customer puts another card in. */
export const changeCard = (
  system: WholeSystem,
  { customer }: Subscriber,
  card: string,
): Promise<unknown> => atStripe(system, `/_emu/customers/${customer}/card`, { card });

/** Waits until every event was delivered and everything that follows from it is done. */
export const settled = (system: WholeSystem): Promise<void> => untilQuiet(system);

/** Time passes at Stripe, and everything that it brings is done. */
export async function pass(system: WholeSystem, seconds: number): Promise<void> {
  await system.emulator.advance(seconds);
  await settled(system);
}

/** Time passes until a subscription's period has ended and its next bill was tried once. */
export async function passPeriod(system: WholeSystem, { subscription }: Subscriber): Promise<void> {
  const { items } = await system.emulator.stripe(`/v1/subscriptions/${subscription}`);
  const now = await system.emulator.now();
  await pass(system, items.data[0].current_period_end - now + AFTER_PERIOD);
}

/** The bills of a subscription, newest first. */
export async function billsOf(
  system: WholeSystem,
  { subscription }: Subscriber,
): Promise<Answered['body'][]> {
  return (await system.emulator.stripe(`/v1/invoices?subscription=${subscription}`)).data;
}
