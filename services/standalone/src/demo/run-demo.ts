import { randomUUID } from 'node:crypto';
import type { Part } from '@bursar/service-host';
import { DemoApi } from './demo-api.ts';

export interface DemoOptions {
  ingressUrl: string;
  operatorKey: string;
  /** Null with the real Stripe: then nobody buys anything in the demo. */
  emulatorUrl: string | null;
  /** When this installation first showed the demo. */
  since: Date;
  say: (line: string) => void;
}

const PEOPLE = [
  ['ana', 'Ana Ito', 'owner'],
  ['ben', 'Ben Okafor', 'admin'],
  ['chloe', 'Chloé Martin', 'member'],
  ['dev', 'Dev Patel', 'member'],
  ['emma', 'Emma Larsen', 'member'],
] as const;

const PRODUCTS = ['notebooks', 'ai-gateway', 'tool-marketplace'] as const;
const TRICKLE_MS = 5_000;
const DAY_MS = 86_400_000;

/**
 * Fills an empty installation with something to look at, once, and then lets a little usage trickle.
 * Every step has a fixed key, so that a restart finds it done.
 */
export async function runDemo(options: DemoOptions): Promise<Part> {
  const api = new DemoApi(options.ingressUrl, options.operatorKey);
  try {
    await furnish({ api, since: options.since }, options.emulatorUrl);
  } catch (error) {
    options.say(
      `The demo could not be completed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const trickle = setInterval(() => {
    charge(api).catch((error: unknown) => {
      options.say(
        `A demo charge failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  }, TRICKLE_MS);
  return { name: 'demo', stop: async () => clearInterval(trickle) };
}

interface Stage {
  api: DemoApi;
  since: Date;
}

async function furnish(stage: Stage, emulatorUrl: string | null): Promise<void> {
  const { api } = stage;
  for (const [id, name] of PEOPLE) {
    await api.put(`/v1/users/${id}`, { name, email: `${id}@example.com` });
  }
  await api.put('/v1/organizations/acme', { name: 'Acme Research' });
  for (const [id, , role] of PEOPLE) {
    await api.put(`/v1/organizations/acme/members/${id}`, { role });
  }
  if (emulatorUrl !== null) {
    await buy(api, emulatorUrl, 'demo-pool', { wallet: 'org:acme', pack: 'business' });
    await buy(api, emulatorUrl, 'demo-ana', { wallet: 'user:ana', pack: 'standard' });
  }
  await grant(stage, 'demo-grant-pool', 'org:acme', '2500', 'promotional', 90);
  await grant(stage, 'demo-grant-ana', 'user:ana', '100', 'promotional', 20);
  await grant(stage, 'demo-grant-ben', 'user:ben', '250', 'subscription', 30);
  await grant(stage, 'demo-grant-dev', 'user:dev', '40', 'adjustment', null);
  await api.command('demo-allocation', '/v1/allocations', {
    from: 'org:acme',
    recipients: 'all',
    amount_per_recipient: '300',
    reason: 'Welcome to Acme Research',
  });
  await ask(api, 'demo-request-chloe', 'user:chloe', '500', 'Benchmarks for the spring release');
  await ask(api, 'demo-request-emma', 'user:emma', '120', 'Fine-tuning run');
}

async function buy(
  api: DemoApi,
  emulatorUrl: string,
  key: string,
  order: Record<string, string>,
): Promise<void> {
  const operation = await api.command(key, '/v1/purchases', order);
  const purchase = (operation['result'] as { purchase: { checkout_url: string } }).purchase;
  const session = /cs_[A-Za-z0-9_]+/.exec(purchase.checkout_url)?.[0] ?? '';
  const status = await fetch(`${emulatorUrl}/_emu/checkout/sessions/${session}/complete`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(15_000),
  });
  // On a later start the session is paid already, which the emulator refuses to repeat.
  await status.text();
}

async function grant(
  stage: Stage,
  key: string,
  wallet: string,
  amount: string,
  kind: string,
  days: number | null,
): Promise<void> {
  // Counted from the first start, so that a restart sends the same request under the same key.
  const expires = days === null ? {} : { expires_at: daysAfter(stage.since, days) };
  const body = { wallet, amount, kind, reason: 'Example data', ...expires };
  if (days !== null && Date.parse(daysAfter(stage.since, days)) <= Date.now()) return;
  await stage.api.command(key, '/v1/grants', body);
}

const daysAfter = (since: Date, days: number): string =>
  new Date(since.getTime() + days * DAY_MS).toISOString();

function ask(api: DemoApi, key: string, member: string, amount: string, reason: string) {
  return api.command(
    key,
    '/v1/credit-requests',
    { organization: 'org:acme', amount, reason },
    member,
  );
}

async function charge(api: DemoApi): Promise<void> {
  const person = pick(PEOPLE)[0];
  const hundredths = 1 + Math.floor(Math.random() * 150);
  await api.command(randomUUID(), '/v1/charges', {
    wallet: `user:${person}`,
    amount: `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`,
    product: pick(PRODUCTS),
    description: 'Example usage',
  });
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
