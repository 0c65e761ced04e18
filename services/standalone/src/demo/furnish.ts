import type { DemoApi } from './demo-api.ts';
import { OPERATOR, PEOPLE } from './people.ts';

const DAY_MS = 86_400_000;
const PAY_MS = 15_000;

export interface Stage {
  api: DemoApi;
  emulatorUrl: string | null;
  mailStaysHere: boolean;
  /** Dates count from here, so that an interrupted demo goes on with the same requests. */
  since: Date;
  /** Whether its people have lived here for months already. */
  past: boolean;
}

/** Builds the example organization. Every step has a fixed key, so that one done before is no second one. */
export async function furnish(stage: Stage): Promise<void> {
  const { api, emulatorUrl } = stage;
  if (!stage.past) await gather(stage);
  for (const [id, plan] of PLANS) await api.put(`/v1/plans/${id}`, plan);
  if (stage.past) return;
  if (emulatorUrl !== null) {
    await buy(api, emulatorUrl, 'demo-pool', { wallet: 'org:acme', pack: 'business' });
    await buy(api, emulatorUrl, 'demo-ana', { wallet: 'user:ana', pack: 'standard' });
  }
  await grant(stage, 'demo-grant-pool', ['org:acme', '2500', 'promotional'], 90);
  await grant(stage, 'demo-grant-ana', ['user:ana', '100', 'promotional'], 20);
  await grant(stage, 'demo-grant-ben', ['user:ben', '250', 'subscription'], 30);
  await grant(stage, 'demo-grant-dev', ['user:dev', '40', 'adjustment'], null);
  await api.command('demo-allocation', '/v1/allocations', {
    from: 'org:acme',
    recipients: 'all',
    amount_per_recipient: '300',
    reason: 'Welcome to Acme Research',
  });
  await ask(api, 'demo-request-chloe', 'user:chloe', '500', 'Benchmarks for the spring release');
  await ask(api, 'demo-request-emma', 'user:emma', '120', 'Fine-tuning run');
}

async function gather({ api, mailStaysHere }: Stage): Promise<void> {
  for (const [id, name] of [...PEOPLE, OPERATOR]) {
    const mail = mailStaysHere ? { email: `${id}@example.com` } : {};
    await api.put(`/v1/users/${id}`, { name, ...mail });
  }
  await api.put('/v1/organizations/acme', { name: 'Acme Research' });
  for (const [id, , role] of PEOPLE) {
    await api.put(`/v1/organizations/acme/members/${id}`, { role });
  }
}

async function buy(
  api: DemoApi,
  emulatorUrl: string,
  key: string,
  order: Record<string, string>,
): Promise<void> {
  const { purchase } = (await api.command(key, '/v1/purchases', order)) as {
    purchase: { checkout_url: string };
  };
  const session = /cs_[A-Za-z0-9_]+/.exec(purchase.checkout_url)?.[0] ?? '';
  const paid = await fetch(`${emulatorUrl}/_emu/checkout/sessions/${session}/complete`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
    signal: AbortSignal.timeout(PAY_MS),
  });
  // A demo that was interrupted finds the session paid already, which the emulator does not repeat.
  await paid.text();
}

async function grant(
  { api, since }: Stage,
  key: string,
  [wallet, amount, kind]: readonly [string, string, string],
  days: number | null,
): Promise<void> {
  const expires = days === null ? null : new Date(since.getTime() + days * DAY_MS);
  // What would have expired by now is not worth giving.
  if (expires !== null && expires.getTime() <= Date.now()) return;
  await api.command(key, '/v1/grants', {
    wallet,
    amount,
    kind,
    reason: 'Example data',
    ...(expires === null ? {} : { expires_at: expires.toISOString() }),
  });
}

/** Cheaper by the month than the packs, so that there is a reason to subscribe. */
const PLANS = [
  [
    'pro',
    {
      name: 'Pro',
      description: '1,000 credits a month; up to 250 of what is left move on.',
      audience: 'user',
      credits: '1000',
      price: { amount: 900, currency: 'usd' },
      rollover_cap: '250',
      trial_days: 14,
      trial_credits: '100',
    },
  ],
  [
    'team',
    {
      name: 'Team',
      description: '6,000 credits a month for the pool, with five seats.',
      audience: 'org',
      credits: '6000',
      price: { amount: 4_900, currency: 'usd' },
      rollover_cap: '1500',
      seats: 5,
    },
  ],
] as const;

const ask = (api: DemoApi, key: string, member: string, amount: string, reason: string) =>
  api.command(key, '/v1/credit-requests', { organization: 'org:acme', amount, reason }, member);
