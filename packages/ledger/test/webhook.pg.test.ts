import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import {
  claimWebhookDeliveries,
  forgetFacts,
  forgetWebhookDeliveries,
  recordWebhookAttempt,
  relayFacts,
  type WebhookAttemptRecord,
  type WebhookTask,
} from '../src/operations.ts';
import {
  createWebhook,
  deleteWebhook,
  listWebhookDeliveries,
  listWebhooks,
  putMember,
  putOrganization,
  putUser,
  readWebhook,
  readWebhookDelivery,
  replayWebhookDelivery,
  replayWebhookRange,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
  type Database,
} from '../src/reads.ts';
import { allPages, apply, grant, micro, transfer } from './reads-fixtures.ts';

let database: TestDatabase;
/** With the worker's rights, and the ingress's. */
let worker: Database;
let ingress: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  worker = database.connect('bursar_worker');
  ingress = database.connect('bursar_ingress');
  for (const id of ['ana', 'bo', 'stranger']) await putUser(ingress, { id });
  await putOrganization(ingress, { id: 'acme', name: 'Acme', owner: 'bo' });
  await putMember(ingress, { organization: 'acme', user: 'ana', role: 'member' });
  await grant(worker, 'org:acme', 1_000);
});
afterAll(() => database.drop());

beforeEach(async () => {
  // Each test has its own endpoints and nothing that waits from before.
  await relay();
  for (const { id } of await allPages((before) =>
    listWebhooks(ingress, undefined, { limit: 100, before }),
  )) {
    await deleteWebhook(ingress, id);
  }
  while ((await forgetWebhookDeliveries(worker, 30, 1_000)) > 0);
});

async function relay(): Promise<void> {
  while ((await relayFacts(worker, () => Promise.resolve())) > 0);
}

async function endpoint(owner: string | null, eventTypes = ['*']): Promise<string> {
  const secret = Buffer.from('sealed');
  const url = 'https://example.com/x?token=1';
  const made = await createWebhook(ingress, {
    owner,
    url,
    description: null,
    eventTypes,
    secret,
    most: 20,
  });
  if (!made.ok) throw new Error(made.refusal);
  return made.id;
}

const deliveries = (id: string) =>
  allPages((before) => listWebhookDeliveries(ingress, id, {}, { limit: 100, before }));
const types = async (id: string) => (await deliveries(id)).map((one) => one.type).toReversed();

const give = (whole: number) => transfer(worker, 'org:acme', 'user:ana', whole);
const ask = () =>
  apply(worker, {
    type: 'credit_request',
    organization: 'org:acme',
    member: 'user:ana',
    amount: micro(5),
  });

const LIMITS = { most: 100, each: 4, failing: 1, leaseMs: 60_000 };
const claim = (limits = {}) => claimWebhookDeliveries(worker, { ...LIMITS, ...limits });

const record = (task: WebhookTask, verdict: WebhookAttemptRecord['verdict'], rest = {}) =>
  recordWebhookAttempt(worker, {
    delivery: task.id,
    attempt: task.attempt,
    startedAt: new Date(),
    latencyMs: 12,
    httpStatus: verdict === 'delivered' ? 200 : 500,
    error: null,
    response: 'x',
    verdict,
    ...rest,
  });

describe('who hears a fact', () => {
  test('the wallet it is about, the organization and the member it names, and who hears all', async () => {
    const all = await endpoint(null);
    const ana = await endpoint('user:ana');
    const acme = await endpoint('org:acme');
    const stranger = await endpoint('user:stranger');
    const { result } = await ask();
    await give(10);
    await relay();
    expect(await types(all)).toEqual(['credit_request.created', 'credits.received']);
    expect(await types(ana)).toEqual(['credit_request.created', 'credits.received']);
    expect(await types(acme)).toEqual(['credit_request.created']);
    expect(await types(stranger)).toEqual([]);
    const [message] = await deliveries(acme);
    expect(message?.body).toMatchObject({
      type: 'credit_request.created',
      timestamp: expect.stringMatching(/Z$/),
      data: { wallet: 'org:acme', member: 'user:ana', amount: '5' },
    });
    expect(result).toMatchObject({ credit_request: { status: 'pending' } });
    await database.db`update bursar.credit_requests set status = 'cancelled'`;
  });

  test('only whoever wants its type, or its group', async () => {
    const group = await endpoint('user:ana', ['credits.*', 'hold.expired']);
    const type = await endpoint('user:ana', ['credits.received']);
    const other = await endpoint('user:ana', ['balance.*']);
    await give(1);
    await relay();
    expect(await types(group)).toEqual(['credits.received']);
    expect(await types(type)).toEqual(['credits.received']);
    expect(await types(other)).toEqual([]);
  });

  test('nobody who was not there when it happened', async () => {
    await give(1);
    const late = await endpoint('user:ana');
    await relay();
    expect(await types(late)).toEqual([]);
  });

  test('once, however often and by however many it is handed on', async () => {
    const ana = await endpoint('user:ana');
    await give(1);
    await Promise.all([relay(), relay(), relay()]);
    await database.db`update bursar.outbox set relayed_at = null`;
    await relay();
    expect(await types(ana)).toEqual(['credits.received']);
  });

  test('nobody before the fact counts as handed on: both commit together', async () => {
    const ana = await endpoint('user:ana');
    await give(1);
    await expect(
      relayFacts(worker, () => Promise.reject(new Error('queue away'))),
    ).rejects.toThrow();
    expect(await types(ana)).toEqual([]);
    await relay();
    expect(await types(ana)).toEqual(['credits.received']);
  });
});

describe('taking deliveries', () => {
  test('one of each endpoint before the second of any, and no more than the cap of each', async () => {
    const busy = await endpoint('user:ana');
    const calm = await endpoint('user:ana');
    for (let count = 0; count < 10; count += 1) await testWebhook(ingress, busy);
    await testWebhook(ingress, calm);
    expect((await claim({ most: 2 })).map((task) => task.endpoint).toSorted()).toEqual(
      [busy, calm].toSorted(),
    );
    expect(await claim()).toHaveLength(3);
    expect(await claim()).toEqual([]);
  });

  test('never twice, and never beyond the cap, by many workers at once', async () => {
    const id = await endpoint('user:ana');
    for (let count = 0; count < 30; count += 1) await testWebhook(ingress, id);
    const taken = (await Promise.all(Array.from({ length: 8 }, () => claim()))).flat();
    expect(taken.length).toBeLessThanOrEqual(4);
    expect(new Set(taken.map((task) => task.id)).size).toBe(taken.length);
  });

  test('one at a time from an endpoint that failed, until it succeeds', async () => {
    const id = await endpoint('user:ana');
    for (let count = 0; count < 9; count += 1) await testWebhook(ingress, id);
    const first = await claim();
    for (const task of first) await record(task, 'retry', { waitMs: 3_600_000 });
    const [alone, ...rest] = await claim();
    expect(rest).toEqual([]);
    await record(alone as WebhookTask, 'delivered');
    expect(await claim()).toHaveLength(4);
  });

  test('again after a worker died with them; its late word changes nothing', async () => {
    const id = await endpoint('user:ana');
    await testWebhook(ingress, id);
    const [lost] = await claim({ leaseMs: 0 });
    const [again] = await claim();
    expect(again).toMatchObject({ id: lost?.id, attempt: 1 });
    expect(await record(again as WebhookTask, 'delivered')).toBe(true);
    expect(await record(lost as WebhookTask, 'retry', { waitMs: 0 })).toBe(false);
    expect((await deliveries(id))[0]).toMatchObject({ status: 'delivered', attempts: 1 });
  });

  test('not of an endpoint that is disabled; what waits is sent once it is enabled', async () => {
    const id = await endpoint('user:ana');
    await testWebhook(ingress, id);
    await updateWebhook(ingress, id, { enabled: false });
    expect(await claim()).toEqual([]);
    expect(await testWebhook(ingress, id)).toBeNull();
    await updateWebhook(ingress, id, { enabled: true });
    expect(await claim()).toHaveLength(1);
  });
});

describe('attempts', () => {
  test('are listed with what came back', async () => {
    const id = await endpoint('user:ana');
    const delivery = (await testWebhook(ingress, id)) ?? '';
    const [first] = await claim();
    await record(first as WebhookTask, 'retry', {
      waitMs: 0,
      httpStatus: null,
      error: 'away',
      response: null,
    });
    const [second] = await claim();
    await record(second as WebhookTask, 'delivered');
    expect(await readWebhookDelivery(ingress, id, delivery)).toMatchObject({
      status: 'delivered',
      attempts: 2,
      nextAttemptAt: null,
      log: [
        { number: 2, httpStatus: 200, error: null, response: 'x', latencyMs: 12 },
        { number: 1, httpStatus: null, error: 'away', response: null },
      ],
    });
  });

  test('that are gone for good disable, and the owner hears of it', async () => {
    const id = await endpoint('user:ana');
    await testWebhook(ingress, id);
    const [task] = await claim();
    await record(task as WebhookTask, 'gone', { httpStatus: 410 });
    expect(await readWebhook(ingress, id)).toMatchObject({
      status: 'disabled',
      disabledReason: 'gone',
    });
    const facts = await database.db<{ payload: object }[]>`
      select o.payload from bursar.outbox o where o.kind = 'webhook-disabled' and o.relayed_at is null`;
    expect(facts.map((fact) => fact.payload)).toEqual([
      { id: expect.stringMatching(/^whk_/), host: 'example.com', cause: 'gone' },
    ]);
  });

  test('that all fail for days disable; that fail while others succeed do not', async () => {
    const [dead, picky] = [await endpoint('user:ana'), await endpoint('user:ana')];
    for (const id of [dead, picky]) await testWebhook(ingress, id);
    for (const task of await claim()) await record(task, 'retry', { waitMs: 0 });
    await database.db`update bursar.webhook_deliveries set round_started_at = now() - interval '3 days'`;
    await database.db`update bursar.webhook_endpoints set failing_since = now() - interval '3 days' where status = 'enabled'`;
    await testWebhook(ingress, picky);
    const tasks = [...(await claim({ failing: 2 }))];
    const fresh = tasks.find((task) => task.endpoint === picky && task.attempt === 1);
    await record(fresh as WebhookTask, 'delivered');
    for (const task of tasks.filter((one) => one !== fresh)) await record(task, 'failed');
    expect(await readWebhook(ingress, dead)).toMatchObject({ disabledReason: 'failing' });
    expect(await readWebhook(ingress, picky)).toMatchObject({ status: 'enabled' });
  });
});

describe('replaying', () => {
  test('one delivery sends it again under its id, in a new round', async () => {
    const id = await endpoint('user:ana');
    const delivery = (await testWebhook(ingress, id)) ?? '';
    const [task] = await claim();
    await record(task as WebhookTask, 'delivered');
    expect(await replayWebhookDelivery(ingress, id, delivery)).toBe(true);
    expect(await claim()).toMatchObject([{ id: delivery, attempt: 2, tries: 1 }]);
    const other = await endpoint('user:ana');
    expect(await replayWebhookDelivery(ingress, other, delivery)).toBe(false);
  });

  test('a range sends what failed, what happened while disabled, and the delivered on demand', async () => {
    const id = await endpoint('user:ana', ['credits.*']);
    const range = {
      endpoint: id,
      from: new Date(Date.now() - 60_000),
      to: new Date(Date.now() + 60_000),
      limit: 100,
    };
    await give(1);
    await relay();
    for (const task of await claim()) await record(task, 'delivered');
    await give(2);
    await relay();
    for (const task of await claim()) await record(task, 'failed');
    await updateWebhook(ingress, id, { enabled: false });
    await give(3);
    await relay();
    await updateWebhook(ingress, id, { enabled: true });
    const again = { ...range, delivered: false };
    expect(await replayWebhookRange(ingress, again)).toEqual({ resent: 1, recovered: 1 });
    expect(await replayWebhookRange(ingress, again)).toEqual({ resent: 0, recovered: 0 });
    expect(await replayWebhookRange(ingress, { ...range, delivered: true })).toEqual({
      resent: 1,
      recovered: 0,
    });
    expect(await claim()).toHaveLength(3);
  });
});

test('an endpoint is changed, rotated and deleted; its secret is gone then', async () => {
  const id = await endpoint('user:ana');
  await updateWebhook(ingress, id, { url: 'https://two.example/', event_types: ['balance.low'] });
  expect(await readWebhook(ingress, id)).toMatchObject({
    url: 'https://two.example/',
    eventTypes: ['balance.low'],
    owner: 'user:ana',
  });
  await testWebhook(ingress, id);
  await rotateWebhookSecret(ingress, { id, secret: Buffer.from('new'), overlapMs: 60_000 });
  const [task] = await claim();
  expect([task?.secret.toString(), task?.previousSecret?.toString()]).toEqual(['new', 'sealed']);
  expect((await readWebhook(ingress, id))?.previousSecretUntil).toBeInstanceOf(Date);
  expect(await deleteWebhook(ingress, id)).toBe(true);
  expect(await deleteWebhook(ingress, id)).toBe(false);
  expect(await readWebhook(ingress, id)).toBeNull();
  const [row] =
    await database.db`select e.secret, e.url from bursar.webhook_endpoints e where e.id = ${id}`;
  expect(row).toEqual({ secret: Buffer.alloc(0), url: '' });
  await forgetWebhookDeliveries(worker, 30, 100);
  expect(await database.db`select 1 from bursar.webhook_endpoints e where e.id = ${id}`).toEqual(
    [],
  );
});

test('an owner has as many as allowed, however many ask at once', async () => {
  const make = () =>
    createWebhook(ingress, {
      owner: 'user:bo',
      url: 'https://x.example/',
      description: null,
      eventTypes: ['*'],
      secret: Buffer.from('s'),
      most: 3,
    });
  const outcomes = await Promise.all(Array.from({ length: 8 }, make));
  expect(outcomes.filter((one) => one.ok)).toHaveLength(3);
  expect(
    await createWebhook(ingress, {
      owner: 'user:nobody',
      url: 'https://x.example/',
      description: null,
      eventTypes: ['*'],
      secret: Buffer.from('s'),
      most: 3,
    }),
  ).toEqual({ ok: false, refusal: 'wallet_not_found' });
});

test('what is old is forgotten, what is young is kept', async () => {
  const id = await endpoint('user:ana');
  await testWebhook(ingress, id);
  await database.db`update bursar.webhook_deliveries set created_at = now() - interval '31 days'`;
  await testWebhook(ingress, id);
  expect(await forgetWebhookDeliveries(worker, 30, 100)).toBe(1);
  expect(await deliveries(id)).toHaveLength(1);
  await forgetFacts(worker, 30, 10_000);
});
