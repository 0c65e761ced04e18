import { expect } from 'vitest';
import { placeOrder, type Order } from '../harness/checkout-visitor.ts';
import { newUser } from '../harness/people.ts';
import type { Answered } from '../harness/system-api.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { until } from '../harness/until.ts';
import type { WholeSystem } from '../harness/whole-system.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface Reconciled {
  run: Answered['body'];
  findings: Answered['body'][];
}

/** Runs a reconciliation over all that happened lately, on either clock, and waits for its end. */
export async function reconcile(
  system: WholeSystem,
  mode: 'dry_run' | 'repair',
  daysAhead = 1,
): Promise<Reconciled> {
  // From the first question on nobody else asks, whatever the time of day.
  await system.queues.retainSchedules([]);
  const now = Date.now();
  const window = {
    from: new Date(now - 2 * DAY_MS).toISOString(),
    to: new Date(now + daysAhead * DAY_MS).toISOString(),
  };
  for (;;) {
    const asked = await system.api.post('/v1/reconciliations', { mode, ...window }, { key: null });
    expect(asked.status, asked.text).toBe(201);
    const run = await finished(system, asked.body.id);
    // The timetable's own run, which starts with the system, may have been under way.
    if (run.state !== 'skipped') return { run, findings: await findingsOf(system, run.id) };
  }
}

/** The run once it is over. */
export const finished = (system: WholeSystem, id: string): Promise<Answered['body']> =>
  until(
    'the run is over',
    async () => {
      const { body } = await system.api.get(`/v1/reconciliations/${id}`);
      return ['waiting', 'running'].includes(body.state) ? null : body;
    },
    60_000,
  );

export async function findingsOf(system: WholeSystem, id: string): Promise<Answered['body'][]> {
  const { body } = await system.api.get(`/v1/reconciliations/${id}/findings?limit=100`);
  return body.data;
}

/** An order of 500 credits for 5.00 usd whose hosted page is open. */
export const ordered = async (system: WholeSystem): Promise<Order> =>
  placeOrder(system.api, { wallet: await newUser(system.api), pack: 'starter' });

/** The same, paid and granted, everything that follows handled; and the charge that paid it. */
export async function bought(system: WholeSystem): Promise<Order & { charge: string }> {
  const order = await ordered(system);
  await system.emulator.pay(order.session);
  await untilBalance(system, order.wallet, '500');
  await untilQuiet(system, 60_000);
  return { ...order, charge: await chargeOf(system, order) };
}

export async function chargeOf(system: WholeSystem, { session }: Order): Promise<string> {
  const path = `/v1/checkout/sessions/${session}?expand[]=payment_intent`;
  return (await system.emulator.stripe(path)).payment_intent.latest_charge;
}

export const untilBalance = (system: WholeSystem, wallet: string, balance: string) =>
  until(
    `the balance is ${balance}`,
    async () => (await system.api.wallet(wallet)).balance === balance,
    60_000,
  );

/** Takes part in Stripe's API behind the system's back, as somebody at the dashboard would. */
export async function atStripe(
  system: WholeSystem,
  path: string,
  form: Record<string, string>,
): Promise<Answered['body']> {
  const response = await fetch(system.emulator.url + path, {
    method: 'POST',
    headers: {
      Authorization: 'Bearer sk_test_tests',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form),
  });
  const body = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body;
}
