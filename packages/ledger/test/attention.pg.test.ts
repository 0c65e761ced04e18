import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  claimWebhookDeliveries,
  declareSettings,
  recordWebhookAttempt,
  type Database,
} from '../src/operations.ts';
import {
  countAttention,
  createWebhook,
  putUser,
  readAttention,
  testWebhook,
  updateWebhook,
} from '../src/reads.ts';

let database: TestDatabase;
let worker: Database;
let ingress: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect('bursar_worker');
  ingress = database.connect('bursar_ingress');
  await putUser(database.db, { id: 'ana' });
});
afterAll(() => database.drop());

async function goneEndpoint(owner: string | null): Promise<string> {
  const made = await createWebhook(ingress, {
    owner,
    url: 'https://hooks.example/all?token=secret',
    description: null,
    eventTypes: ['*'],
    secret: Buffer.from('secret'),
    most: 100,
  });
  if (!made.ok) throw new Error(made.refusal);
  await testWebhook(ingress, made.id);
  const [task] = await claimWebhookDeliveries(worker, {
    most: 1,
    each: 1,
    failing: 1,
    leaseMs: 60_000,
  });
  await recordWebhookAttempt(worker, {
    delivery: task?.id ?? '',
    attempt: task?.attempt ?? 0,
    startedAt: new Date(),
    latencyMs: 5,
    httpStatus: 410,
    error: null,
    response: '',
    verdict: 'gone',
    waitMs: 0,
  });
  return made.id;
}

test('an endpoint for every wallet that was given up waits for an operator until it is enabled', async () => {
  expect(await readAttention(ingress)).toEqual([]);
  const id = await goneEndpoint(null);
  const [seen] = await readAttention(ingress);
  expect(seen).toMatchObject({
    kind: 'webhook_disabled',
    subject: expect.stringMatching(/^whk_/),
    host: 'hooks.example',
    reason: 'gone',
  });
  expect(Math.abs((seen?.since.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(await countAttention(ingress)).toMatchObject({ webhook_disabled: 1, expiry_parked: 0 });
  await updateWebhook(ingress, id, { enabled: true });
  expect(await readAttention(ingress)).toEqual([]);
  // Somebody who switches one off knows it.
  await updateWebhook(ingress, id, { enabled: false });
  expect(await readAttention(ingress)).toEqual([]);
});

test("a person's endpoint is told to them, and not to operators", async () => {
  await goneEndpoint('user:ana');
  expect(await readAttention(ingress)).toEqual([]);
  const facts = await database.db`select kind from bursar.outbox`;
  expect(facts).toEqual([{ kind: 'webhook-disabled' }]);
});

test('what cannot expire waits for an operator, named as others know it', async () => {
  const hold = '01a1fd89-af2a-7e6e-b268-71318290a58a';
  await database.db`
    insert into bursar.parked_expiries (kind, subject, error, first_failed_at, retry_at)
    select 'wallet', w.id::text, 'a check failed', now() - interval '1 hour', now()
    from bursar.wallets w where w.owner = 'user:ana'
    union all
    select 'hold', ${hold}, 'another failed', now(), now()`;
  expect(await readAttention(ingress)).toMatchObject([
    { kind: 'expiry_parked', subject: 'user:ana', error: 'a check failed', failures: 1 },
    { kind: 'expiry_parked', subject: expect.stringMatching(/^hold_/), error: 'another failed' },
  ]);
  expect(await countAttention(ingress)).toMatchObject({ webhook_disabled: 0, expiry_parked: 2 });
});

test('settings that ingress and worker were given differently wait until they are the same', async () => {
  const settings = {
    CHARGE_SHARDS: '2',
    CREDITS_PER_UNIT: '100',
    CREDIT_CURRENCY: 'usd',
    CREDIT_EXPIRY_MONTHS: '12',
    PURCHASE_MAX: '1000000',
    PURCHASE_MIN: '500',
  };
  const seen = async () =>
    (await readAttention(ingress)).filter(({ kind }) => kind === 'settings_differ');
  expect(await declareSettings(ingress, 'ingress', settings)).toEqual([]);
  expect(await declareSettings(worker, 'worker', settings)).toEqual([]);
  expect(await seen()).toEqual([]);
  const dearer = { ...settings, CREDITS_PER_UNIT: '50', PURCHASE_MIN: '1000' };
  expect(await declareSettings(worker, 'worker', dearer)).toMatchObject([
    { name: 'CREDITS_PER_UNIT', ingress: '100', worker: '50' },
    { name: 'PURCHASE_MIN', ingress: '500', worker: '1000' },
  ]);
  expect(await seen()).toMatchObject([
    { subject: 'CREDITS_PER_UNIT', ingress: '100', worker: '50', since: expect.any(Date) },
    { subject: 'PURCHASE_MIN' },
  ]);
  expect(await countAttention(ingress)).toMatchObject({ settings_differ: 2 });
  expect(await declareSettings(ingress, 'ingress', dearer)).toEqual([]);
  expect(await seen()).toEqual([]);
});
